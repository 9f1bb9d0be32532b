<?php
/* A network of sites (multisite): each has settings, a copy and runs of its own. */
namespace Razem;

defined('ABSPATH') || exit;

/** Do it on this site, or on each of the network. */
function on_sites(bool $is_network, callable $act): void {
    foreach ($is_network ? get_sites(['fields' => 'ids', 'number' => 0]) : [get_current_blog_id()] as $site) {
        $is_network && switch_to_blog($site);
        $act();
        $is_network && restore_current_blog();
    }
}

function activate(bool $is_network = false): void {
    on_sites($is_network, static function () {
        create_tables();
        keep_schedule();
    });
}

function deactivate(bool $is_network = false): void {
    on_sites($is_network, __NAMESPACE__ . '\stop_schedule');
}

// A site that is deleted takes its copy with it; its options, tasks and files WordPress removes itself.
add_filter('wpmu_drop_tables', static function (array $tables): array {
    return array_merge($tables, [table(), slugs_table()]);
});
