<?php
/* What is asked of the copy: documents for lists, in their order, and one by its address. */
namespace Razem;

defined('ABSPATH') || exit;

/** Return the condition, for a WHERE, of documents of a type: all the terms ("topic:rodo"); `when` of events: "coming" or "past". */
function condition(string $type, array $terms, string $when = ''): string {
    global $wpdb;
    $where = $wpdb->prepare('type = %s AND is_held = 1', $type);
    foreach ($terms as $term) {
        $where .= $wpdb->prepare(' AND terms LIKE %s', '%' . $wpdb->esc_like("|$term|") . '%');
    }
    if ($when === 'coming') {
        $where .= $wpdb->prepare(' AND (ends_on >= %s OR ends_on IS NULL OR waits = 1)', today());
    } elseif ($when === 'past') {
        $where .= $wpdb->prepare(' AND ends_on < %s AND waits = 0', today());
    }
    return $where;
}

/**
 * Return documents that a list is of, from a place on; events to come that wait for a new date are last. The order is
 * that of the index, and the id ends it: with ties a document might be on two pages, and another on none.
 */
function documents(string $type, array $terms, int $limit, int $from = 0, string $when = ''): array {
    global $wpdb;
    $is_latest_first = $when === 'past' || in_array($type, LATEST_FIRST, true);
    $order = $is_latest_first ? 'waits DESC, sort_key DESC, ends_on DESC, id DESC' : 'waits, sort_key, ends_on, id';
    $rows = column('SELECT document FROM ' . table() . ' WHERE ' . condition($type, $terms, $when) . " ORDER BY $order " . $wpdb->prepare('LIMIT %d OFFSET %d', $limit, $from));
    return array_values(array_filter(array_map(__NAMESPACE__ . '\decoded', $rows)));
}

/** Return how many documents there are for a list. */
function count_documents(string $type, array $terms, string $when = ''): int {
    return (int) (column('SELECT COUNT(*) FROM ' . table() . ' WHERE ' . condition($type, $terms, $when))[0] ?? 0);
}

/** Return the first column of what a query finds; nothing of a table that was wiped: the next run fills it again. */
function column(string $query): array {
    global $wpdb;
    $was_shown = $wpdb->hide_errors();
    $found = $wpdb->get_col($query);
    $was_shown && $wpdb->show_errors();
    return $found;
}

/**
 * Return a document by type and slug, else the one that had the slug before (its own is another now); false if it
 * was withdrawn, null if there never was one.
 */
function find(string $type, string $slug) {
    global $wpdb;
    $present = found_in($wpdb->prepare('SELECT document FROM ' . table() . " WHERE type = %s AND slug = %s AND id <> 'cursor' ORDER BY is_held DESC, version DESC LIMIT 1", $type, $slug));
    return $present ?: (find_former($type, $slug) ?? $present);
}

/** Return the document that a query finds; false if it was withdrawn, null if there is none. */
function found_in(string $query) {
    $found = column($query);
    return $found ? (decoded($found[0]) ?: false) : null;
}

function decoded($json): ?array {
    $document = is_string($json) ? json_decode($json, true, 64) : null;
    return is_array($document) ? $document : null;
}
