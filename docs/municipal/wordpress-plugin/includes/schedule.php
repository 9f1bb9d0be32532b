<?php
/* When runs happen: WP-Cron, in the interval that was set, and at once where something is left to do. */
namespace Razem;

defined('ABSPATH') || exit;

const EVENT = 'razem_pull';
const SOON_EVENT = 'razem_pull_soon';  // WordPress refuses the same event twice within ten minutes

add_filter('cron_schedules', static function (array $schedules): array {
    $schedules['razem'] = ['interval' => MINUTE_IN_SECONDS * setting('minutes'), 'display' => 'Razem'];
    return $schedules;
});
add_action(EVENT, __NAMESPACE__ . '\pull', 10, 0);
add_action(SOON_EVENT, __NAMESPACE__ . '\pull', 10, 0);
add_action('init', __NAMESPACE__ . '\keep_schedule');
add_action('update_option_' . SETTINGS, __NAMESPACE__ . '\settings_changed', 10, 0);
add_action('add_option_' . SETTINGS, __NAMESPACE__ . '\settings_changed', 10, 0);

function keep_schedule(): void {
    if (setting('address') !== '' && !wp_next_scheduled(EVENT)) {
        wp_schedule_event(time(), 'razem', EVENT);
    }
}

function stop_schedule(): void {
    wp_clear_scheduled_hook(EVENT);
    wp_clear_scheduled_hook(SOON_EVENT);
}

function settings_changed(): void {
    stop_schedule();
    note(['rest_until' => 0, 'asked' => '', 'etag' => '']);
    keep_schedule();
}

/** Have a run follow as soon as WP-Cron can. */
function run_soon(): void {
    wp_next_scheduled(SOON_EVENT) || wp_schedule_single_event(time(), SOON_EVENT);
    if (!wp_doing_cron() && !(defined('DISABLE_WP_CRON') && DISABLE_WP_CRON)) {
        spawn_cron();
    }
}
