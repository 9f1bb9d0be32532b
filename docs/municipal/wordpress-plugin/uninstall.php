<?php
/* Leave no trace; or, if the settings say so, the documents and the pictures in the media library. */
namespace Razem;

defined('WP_UNINSTALL_PLUGIN') || exit;

(static function () {
    $remove = static function () {
        global $wpdb;
        $settings = (array) get_option('razem_settings', []);
        foreach (['razem_pull', 'razem_pull_soon'] as $event) {
            wp_clear_scheduled_hook($event);
        }
        foreach (['razem_settings', 'razem_status', 'razem_pushed_at'] as $option) {
            delete_option($option);
        }
        $wpdb->delete($wpdb->options, ['option_name' => 'razem_lock']);
        if (!empty($settings['keeps_content'])) {
            return;
        }
        foreach ($wpdb->get_col("SELECT post_id FROM $wpdb->postmeta WHERE meta_key = '_razem_url'") as $id) {
            wp_delete_attachment((int) $id, true);
        }
        $folder = wp_upload_dir(null, false)['basedir'] . '/razem';
        array_map('wp_delete_file', glob("$folder/*.part") ?: []);
        is_dir($folder) && @rmdir($folder);  // others may keep files in it
        $wpdb->query("DROP TABLE IF EXISTS {$wpdb->prefix}razem_documents, {$wpdb->prefix}razem_slugs");
    };
    if (!is_multisite()) {
        $remove();
        return;
    }
    foreach (get_sites(['fields' => 'ids', 'number' => 0]) as $site) {  // each has its own copy
        switch_to_blog($site);
        $remove();
        restore_current_blog();
    }
})();
