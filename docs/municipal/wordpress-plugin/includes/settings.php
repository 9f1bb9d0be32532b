<?php
/* What the municipality sets, and what happened last. */
namespace Razem;

defined('ABSPATH') || exit;

const SETTINGS = 'razem_settings';
const STATUS = 'razem_status';
const DEFAULTS = [
    'address' => '',  // of Razem, without /api/v1
    'minutes' => 5,   // between two questions
    'secret' => '',   // of the webhook: whsec_…
    'old_secret' => '',
    'section' => 0,   // the page on which single documents are shown
    'keeps_content' => false,
];
const SHORTEST_KEY_BYTES = 24;

function setting(string $name) {
    return (array_merge(DEFAULTS, (array) get_option(SETTINGS, [])))[$name];
}

function status(string $name) {
    return ((array) get_option(STATUS, []))[$name] ?? null;
}

function note(array $changes): void {
    update_option(STATUS, array_merge((array) get_option(STATUS, []), $changes), false);
}

/** Return the address as we use it: no slash and no /api/v1 at its end. */
function tidy_address(string $text): string {
    return preg_replace('~(/api(/v1)?)?/*$~', '', trim($text));
}

/** Return why the address cannot be used, in words, or "". */
function fault_of_address(string $address): string {
    $parts = wp_parse_url($address);
    if (!$parts || empty($parts['host']) || isset($parts['user']) || isset($parts['query']) || isset($parts['fragment'])) {
        return 'Adres Razem ma mieć postać https://razem.example.org';
    }
    $scheme = $parts['scheme'] ?? '';
    if ($scheme === 'https' || ($scheme === 'http' && is_plain_http_allowed($parts['host']))) {
        return '';
    }
    return 'Adres Razem musi zaczynać się od https://';
}

function is_plain_http_allowed(string $host): bool {
    return (defined('WP_DEBUG') && WP_DEBUG) || is_allowed_loopback($host);
}

/** For tests and demonstrations: RAZEM_ALLOW_LOOPBACK in wp-config.php lets Razem be on this machine. */
function is_allowed_loopback(string $host): bool {
    $is_loopback = $host === 'localhost' || $host === '[::1]' || preg_match('~^127(\.\d{1,3}){3}$~D', $host);
    return $is_loopback && defined('RAZEM_ALLOW_LOOPBACK') && RAZEM_ALLOW_LOOPBACK;
}

/** Return scheme, host and port of an address, to compare it with another. */
function origin_of(string $url): string {
    $parts = (array) wp_parse_url($url);
    $scheme = strtolower($parts['scheme'] ?? '');
    $port = $parts['port'] ?? ['http' => 80, 'https' => 443][$scheme] ?? 0;
    return $scheme . '://' . strtolower($parts['host'] ?? '') . ':' . $port;
}

/** Return the key in `whsec_<base64>`, or "" if that is not one. */
function key_of(string $secret): string {
    $key = strpos($secret, 'whsec_') === 0 ? base64_decode(substr($secret, 6), true) : '';
    return is_string($key) && strlen($key) >= SHORTEST_KEY_BYTES ? $key : '';
}
