<?php
/* What Razem is asked, and what of its answers is believed. */
namespace Razem;

defined('ABSPATH') || exit;

const ANSWER_SECONDS = 15;
const MOST_FEED_BYTES = 8 * 1024 * 1024;
// Documents asked for at once: fewer when they are so large that an answer is cut off.
const PAGE_SIZES = [50, 5, 1];
const LONGEST_REST_SECONDS = 3600;

/** Ask with GET. Return status, headers and body, of which one byte more than `$most_bytes` comes at most. */
function ask(string $url, int $most_bytes, array $headers = []): array {
    $host = (string) wp_parse_url($url, PHP_URL_HOST);
    $port = (int) wp_parse_url($url, PHP_URL_PORT);
    // The port was entered by an administrator; private addresses stay refused, but for tests.
    $ports = static function (array $allowed) use ($port): array {
        return array_merge($allowed, [$port]);
    };
    $is_external = static function (bool $is_external) use ($host): bool {
        return $is_external || is_allowed_loopback($host);
    };
    add_filter('http_allowed_safe_ports', $ports);
    add_filter('http_request_host_is_external', $is_external);
    try {
        $answer = wp_safe_remote_get($url, [
            'timeout' => ANSWER_SECONDS,
            'redirection' => 0,
            'limit_response_size' => $most_bytes + 1,
            'headers' => $headers,
            'user-agent' => 'Razem-WordPress/' . VERSION,
        ]);
    } finally {
        remove_filter('http_allowed_safe_ports', $ports);
        remove_filter('http_request_host_is_external', $is_external);
    }
    if (is_wp_error($answer)) {
        throw new Trouble(words_of($answer));
    }
    return [(int) wp_remote_retrieve_response_code($answer), wp_remote_retrieve_headers($answer), wp_remote_retrieve_body($answer)];
}

function words_of(\WP_Error $error): string {
    if ($error->get_error_code() === 'http_request_not_executed') {
        return 'Ta witryna ma zablokowane połączenia wychodzące (WP_HTTP_BLOCK_EXTERNAL). Administrator musi dopisać serwer Razem do WP_ACCESSIBLE_HOSTS.';
    }
    return 'Nie można połączyć się z Razem: ' . $error->get_error_message();
}

/** Return what an answer other than the wanted one means. */
function refusal(int $status, $headers): Trouble {
    if ($status === 429 || $status === 503) {
        $words = "Razem prosi, by zapytać później (HTTP $status).";
    } elseif ($status >= 500) {
        $words = "Razem ma awarię (HTTP $status).";
    } elseif ($status >= 300 && $status < 400) {
        $words = "Pod tym adresem jest przekierowanie (HTTP $status). Wpisz adres docelowy Razem.";
    } elseif ($status === 404) {
        $words = 'Pod tym adresem nie ma Razem (HTTP 404). Sprawdź adres.';
    } else {
        $words = "Razem odmówiło odpowiedzi (HTTP $status).";
    }
    $trouble = new Trouble($words);
    $wait = is_string($headers['retry-after'] ?? null) ? trim($headers['retry-after']) : '';
    if (($status === 429 || $status === 503) && ctype_digit($wait)) {
        $trouble->retry_after = (int) min((float) $wait, LONGEST_REST_SECONDS);
    }
    return $trouble;
}

/**
 * Ask for what changed after a number. Return null if nothing did (304), else:
 * is_restored (410: the number means nothing any more), or epoch, sequence, has_more, changes, etag.
 */
function feed_page(string $epoch, int $since, string $etag = ''): ?array {
    $address = setting('address');
    if ($address === '' || fault_of_address($address) !== '') {
        throw new Trouble($address === '' ? 'Nie podano adresu Razem.' : fault_of_address($address));
    }
    foreach (PAGE_SIZES as $limit) {
        $query = http_build_query(array_filter(['since' => (string) $since, 'epoch' => $epoch, 'limit' => $limit], 'strlen'));
        [$status, $headers, $body] = ask("$address/api/v1/changes/?$query", MOST_FEED_BYTES, $etag === '' ? [] : ['If-None-Match' => $etag]);
        if ($status === 304 && $etag !== '') {
            return null;
        }
        if ($status === 410 && $epoch !== '') {
            return ['is_restored' => true];
        }
        if ($status !== 200) {
            throw refusal($status, $headers);
        }
        if (strlen($body) <= MOST_FEED_BYTES) {
            $tag = $headers['etag'] ?? '';
            return read_page($body, $since) + ['etag' => is_string($tag) ? $tag : ''];
        }
    }
    throw new Trouble('Jeden z dokumentów jest zbyt duży, by go pobrać.');
}

/** Return what a page of the feed says, or throw: nothing of a page that is not the feed is used. */
function read_page(string $body, int $since): array {
    $page = json_decode($body, true, 64);
    $is_feed = is_array($page) && is_uuid($page['epoch'] ?? null) && is_int($page['sequence'] ?? null)
        && array_key_exists('next', $page) && is_array($page['results'] ?? null);
    $has_more = $is_feed && $page['next'] !== null;
    if (!$is_feed || $page['sequence'] < $since || ($has_more && $page['sequence'] === $since)) {
        throw new Trouble('Odpowiedź spod tego adresu nie pochodzi z Razem albo jest uszkodzona.');
    }
    foreach ($page['results'] as $change) {
        if (!is_change($change)) {
            throw new Trouble('Odpowiedź Razem zawiera zmianę, której nie da się odczytać. Niczego z niej nie użyto.');
        }
    }
    return ['is_restored' => false, 'epoch' => $page['epoch'], 'sequence' => $page['sequence'], 'has_more' => $has_more, 'changes' => $page['results']];
}

function is_uuid($text): bool {
    return is_string($text) && preg_match('~^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$~D', $text) === 1;
}

/** Whether this is a change of the feed or of a webhook. */
function is_change($change): bool {
    $is_named = is_array($change) && is_uuid($change['id'] ?? null) && is_int($change['version'] ?? null) && $change['version'] > 0
        && is_string($change['type'] ?? null) && preg_match('~^[a-z_]{1,32}$~D', $change['type']) === 1
        && is_string($change['slug'] ?? null) && preg_match('~^[a-z0-9_-]{1,255}$~D', $change['slug']) === 1;
    if (!$is_named) {
        return false;
    }
    $document = $change['document'] ?? null;
    if (($change['action'] ?? null) === 'remove') {
        return $document === null;
    }
    return ($change['action'] ?? null) === 'upsert' && is_array($document) && is_string($document['title'] ?? null)
        && ($document['id'] ?? null) === $change['id'] && ($document['type'] ?? null) === $change['type']
        && ($document['slug'] ?? null) === $change['slug'];
}
