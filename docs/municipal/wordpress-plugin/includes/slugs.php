<?php
/*
 * The slugs that documents had before: links to them lead on to where the document is now. In a table of its own, so
 * that the copy may be wiped and filled again without forgetting them; Razem's feed tells only the present ones.
 */
namespace Razem;

defined('ABSPATH') || exit;

function slugs_table(): string {
    global $wpdb;
    return $wpdb->prefix . 'razem_slugs';
}

function create_slugs_table(): void {
    global $wpdb;
    $table = slugs_table();
    sql("CREATE TABLE IF NOT EXISTS $table (
        type varchar(32) CHARACTER SET ascii NOT NULL,
        slug varchar(255) CHARACTER SET ascii NOT NULL,
        id char(36) CHARACTER SET ascii NOT NULL,
        left_at bigint unsigned NOT NULL,
        PRIMARY KEY (type, slug, id),
        KEY id (id)
    ) ENGINE=InnoDB " . $wpdb->get_charset_collate());
}

/** Remember the slug that a change, which is about to be stored, takes from its document; `left_at` is its version. */
function remember_slug(array $change, string $epoch): void {
    global $wpdb;
    sql($wpdb->prepare(
        'INSERT INTO ' . slugs_table() . ' (type, slug, id, left_at) SELECT type, slug, id, %d FROM ' . table() . '
        WHERE id = %s AND slug <> %s AND (epoch <> %s OR version < %d) ON DUPLICATE KEY UPDATE left_at = VALUES(left_at)',
        $change['version'],
        $change['id'],
        $change['slug'],
        $epoch,
        $change['version']
    ));
}

/** Forget the slugs of documents that Razem does not know any more, if the SQL condition `$if` holds. */
function forget_slugs(string $if): void {
    sql('DELETE former FROM ' . slugs_table() . ' former LEFT JOIN ' . table() . " d ON d.id = former.id WHERE d.id IS NULL AND $if");
}

/** Return the document that had a slug and shows another now, of several the one that had it last; false if all are withdrawn, else null. */
function find_former(string $type, string $slug) {
    global $wpdb;
    return found_in($wpdb->prepare(
        'SELECT d.document FROM ' . slugs_table() . ' former JOIN ' . table() . ' d ON d.id = former.id AND d.type = former.type
        WHERE former.type = %s AND former.slug = %s ORDER BY d.is_held DESC, former.left_at DESC, d.id LIMIT 1',
        $type,
        $slug
    ));
}
