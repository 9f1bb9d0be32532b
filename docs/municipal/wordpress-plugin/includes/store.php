<?php
/*
 * The copy: one row a document, kept without content after it was withdrawn, and one row that says how far
 * the copy reaches. That row lies in the same table so that neither is ever restored or wiped without the other.
 */
namespace Razem;

defined('ABSPATH') || exit;

const CURSOR = 'cursor';
const MOST_IMAGE_ATTEMPTS = 5;

function table(): string {
    global $wpdb;
    return $wpdb->prefix . 'razem_documents';
}

function create_tables(): void {
    create_documents_table();
    create_slugs_table();
}

function create_documents_table(): void {
    global $wpdb;
    $table = table();
    sql("CREATE TABLE IF NOT EXISTS $table (
        id char(36) CHARACTER SET ascii NOT NULL,
        type varchar(32) CHARACTER SET ascii NOT NULL,
        slug varchar(255) CHARACTER SET ascii NOT NULL,
        version bigint unsigned NOT NULL,
        epoch char(36) CHARACTER SET ascii NOT NULL,
        is_old tinyint unsigned NOT NULL DEFAULT 0,
        document longtext CHARACTER SET ascii NULL,
        is_held tinyint unsigned NOT NULL DEFAULT 0,
        waits tinyint unsigned NOT NULL DEFAULT 0,
        ends_on date NULL,
        sort_key varchar(190) CHARACTER SET ascii NOT NULL DEFAULT '',
        terms text CHARACTER SET ascii NOT NULL,
        images text NOT NULL,
        images_due tinyint unsigned NOT NULL DEFAULT 0,
        images_attempts tinyint unsigned NOT NULL DEFAULT 0,
        PRIMARY KEY (id),
        KEY type_slug (type, slug(120)),
        KEY list_order (type, is_held, waits, sort_key, ends_on),
        KEY images_due (images_due)
    ) ENGINE=InnoDB " . $wpdb->get_charset_collate());
}

function are_tables_there(): bool {
    global $wpdb;
    $found = $wpdb->get_col($wpdb->prepare('SHOW TABLES LIKE %s', $wpdb->esc_like($wpdb->prefix . 'razem_') . '%'));
    return !array_diff([table(), slugs_table()], $found);
}

/** Run a statement; return the number of rows that it changed or read. Throw if the database refuses. */
function sql(string $statement): int {
    global $wpdb;
    $was_shown = $wpdb->hide_errors();
    $changed = $wpdb->query($statement);
    $was_shown && $wpdb->show_errors();
    if ($changed === false) {
        throw new Trouble('Baza danych tej witryny zgłosiła błąd: ' . $wpdb->last_error);
    }
    return (int) $changed;
}

/**
 * Do it wholly or not at all. When the connection breaks, wpdb takes a new one by itself and goes on there, outside
 * the transaction: `$act` is given the condition, for a WHERE, that the connection is still the one it began with.
 */
function in_transaction(callable $act) {
    global $wpdb;
    $is_same = '@razem_transaction = ' . random_int(1, PHP_INT_MAX);  // a new connection knows nothing of it
    sql("SET $is_same");
    sql('START TRANSACTION');
    try {
        $result = $act($is_same);
        if ($wpdb->get_var("SELECT $is_same") !== '1') {
            throw new Trouble('Połączenie z bazą danych tej witryny zerwało się w trakcie zapisu. Zostanie on powtórzony.');
        }
        sql('COMMIT');
        return $result;
    } catch (\Throwable $error) {
        $wpdb->query('ROLLBACK');
        throw $error;
    }
}

/** Return how far the copy reaches: epoch, sequence, is_whole; null if there is none. `$locks`: nobody else writes until the transaction ends. */
function cursor(bool $locks = false): ?array {
    global $wpdb;
    $row = $wpdb->get_row($wpdb->prepare('SELECT epoch, version, slug FROM ' . table() . ' WHERE id = %s' . ($locks ? ' FOR UPDATE' : ''), CURSOR), ARRAY_A);
    return $row ? ['epoch' => $row['epoch'], 'sequence' => (int) $row['version'], 'is_whole' => $row['slug'] === 'whole'] : null;
}

/**
 * Store a page of the feed and how far it reaches. A page from the beginning (`$is_first`) opens a copy anew:
 * what we hold stays visible until its last page is in, and goes then unless it came again.
 */
function store_page(Lock $lock, array $page, bool $is_first): void {
    in_transaction(static function (string $is_same) use ($lock, $page, $is_first) {
        $lock->confirm();
        $cursor = cursor(true);
        if ($is_first) {
            sql('UPDATE ' . table() . " SET is_old = 1 WHERE id <> 'cursor'");
        } elseif (!$cursor || $cursor['epoch'] !== $page['epoch']) {
            throw new Trouble('Odpowiedź Razem dotyczy innej kopii danych. Pobieranie zacznie się od nowa.');
        }
        foreach ($page['changes'] as $change) {
            upsert($change, $page['epoch']);
        }
        $was_whole = $cursor && $cursor['is_whole'] && !$is_first;
        $is_whole = $was_whole || !$page['has_more'];
        if ($is_whole && !$was_whole) {
            sql('DELETE FROM ' . table() . " WHERE is_old = 1 AND $is_same");
            forget_slugs($is_same);
        }
        move_cursor($page['epoch'], $page['sequence'], $is_whole, $is_same);
    });
}

/** Say how far the copy reaches, if the SQL condition `$if` holds. */
function move_cursor(string $epoch, int $sequence, bool $is_whole, string $if): void {
    global $wpdb;
    sql($wpdb->prepare(
        'INSERT INTO ' . table() . " (id, type, slug, version, epoch, terms, images) SELECT %s, '', %s, %d, %s, '', '' FROM DUAL WHERE $if
        ON DUPLICATE KEY UPDATE slug = VALUES(slug), version = VALUES(version), epoch = VALUES(epoch)",
        CURSOR,
        $is_whole ? 'whole' : 'partial',
        $sequence,
        $epoch
    ));
}

/** Store a pushed change. Return whether it was newer; null if it is of a copy that we do not hold. */
function store_change(array $change, string $epoch): ?bool {
    return in_transaction(static function () use ($change, $epoch): ?bool {
        $cursor = cursor(true);
        return $cursor && $cursor['epoch'] === $epoch ? upsert($change, $epoch) : null;
    });
}

/** Write a document's row unless the one there is as new; return whether it was written. */
function upsert(array $change, string $epoch): bool {
    global $wpdb;
    remember_slug($change, $epoch);
    $row = ['id' => $change['id'], 'type' => $change['type'], 'slug' => $change['slug']] + columns_of($change)
        + ['images_attempts' => 0, 'version' => $change['version'], 'epoch' => $epoch, 'is_old' => 0];
    $values = $updates = [];
    foreach ($row as $name => $value) {
        $values[] = $value === null ? 'NULL' : $wpdb->prepare(is_int($value) ? '%d' : '%s', $value);
        // In this order: what is compared with comes last.
        $is_always = $name === 'epoch' || $name === 'is_old';
        $updates[] = "$name = " . ($is_always ? "VALUES($name)" : "IF(epoch <> VALUES(epoch) OR version < VALUES(version), VALUES($name), $name)");
    }
    return sql('INSERT INTO ' . table() . ' (' . implode(', ', array_keys($row)) . ') VALUES (' . implode(', ', $values) . ') ON DUPLICATE KEY UPDATE ' . implode(', ', $updates)) > 0;
}

/** Have all of it read and written anew, whatever is there; what is there stays visible until then. */
function mistrust(): void {
    in_transaction(static function () {
        sql('DELETE FROM ' . table() . " WHERE id = 'cursor'");
        sql('UPDATE ' . table() . " SET epoch = ''");
    });
}

/** Have a copy read anew that an older plugin made: it knew less of documents. */
function renew_old_columns(): void {
    if (status('columns') !== COLUMNS) {
        mistrust();
        note(['columns' => COLUMNS]);
    }
}

/** Try those pictures again that were given up. */
function retry_images(): void {
    sql('UPDATE ' . table() . ' SET images_attempts = 0 WHERE images_due = 1');
}

/** Count documents: there, withdrawn, waiting for pictures, given up on pictures. */
function counts(): array {
    global $wpdb;
    $found = $wpdb->get_row($wpdb->prepare(
        'SELECT SUM(is_held = 1) AS held, SUM(is_held = 0) AS withdrawn,
        SUM(images_due = 1 AND images_attempts < %d) AS waiting, SUM(images_due = 1 AND images_attempts >= %d) AS given_up
        FROM ' . table() . " WHERE id <> 'cursor'",
        MOST_IMAGE_ATTEMPTS,
        MOST_IMAGE_ATTEMPTS
    ), ARRAY_A);
    return array_map('intval', (array) $found) + ['held' => 0, 'withdrawn' => 0, 'waiting' => 0, 'given_up' => 0];
}
