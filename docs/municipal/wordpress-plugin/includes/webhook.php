<?php
/*
 * Changes that Razem pushes, signed by Standard Webhooks (https://www.standardwebhooks.com): for speed only, for
 * what is missed here comes by the next pull.
 */
namespace Razem;

defined('ABSPATH') || exit;

const MOST_BODY_BYTES = 2 * 1024 * 1024;
const TOLERANCE_SECONDS = 300;

add_action('rest_api_init', static function () {
    register_rest_route('razem/v1', '/webhook', [
        'methods' => 'POST',
        'callback' => __NAMESPACE__ . '\receive',
        'permission_callback' => '__return_true',  // who sends is proved by the signature
    ]);
});

function webhook_address(): string {
    return rest_url('razem/v1/webhook');
}

function receive(\WP_REST_Request $request): \WP_REST_Response {
    $keys = array_filter([key_of(setting('secret')), key_of(setting('old_secret'))], 'strlen');
    $body = $request->get_body();
    if (!$keys || setting('address') === '') {
        return answer(503, 'not set up here');
    }
    if (strlen($body) > MOST_BODY_BYTES) {
        return answer(413, 'too large');
    }
    if (!is_authentic($request, $body, $keys)) {
        return answer(401, 'the signature is wrong or too old');
    }
    $change = json_decode($body, true, 64);
    if (!is_change($change) || !is_uuid($change['epoch'] ?? null)) {
        return answer(400, 'this is not a change');
    }
    try {
        return taken($change);
    } catch (Trouble $trouble) {
        return answer(500, 'not stored');
    }
}

/** Store a change that is proved to be Razem's. Of a copy that we do not hold nothing is believed: it is read whole. */
function taken(array $change): \WP_REST_Response {
    are_tables_there() || create_tables();
    $is_newer = store_change($change, $change['epoch']);
    update_option('razem_pushed_at', time(), false);
    if ($is_newer === null) {
        run_soon();
        return answer(200, 'will be read from the feed');
    }
    if ($is_newer) {
        run_soon();  // for its pictures, those withdrawn too
    }
    return answer(200, $is_newer ? 'stored' : 'ignored: not newer');
}

function answer(int $status, string $words): \WP_REST_Response {
    return new \WP_REST_Response(['status' => $words], $status);
}

function is_authentic(\WP_REST_Request $request, string $body, array $keys): bool {
    $id = (string) $request->get_header('webhook_id');
    $sent_at = (string) $request->get_header('webhook_timestamp');
    if ($id === '' || !preg_match('~^\d{1,12}$~D', $sent_at) || abs(time() - (int) $sent_at) > TOLERANCE_SECONDS) {
        return false;
    }
    $is_right = false;
    foreach (array_slice(explode(' ', (string) $request->get_header('webhook_signature')), 0, 10) as $signature) {
        foreach ($keys as $key) {
            $is_right = hash_equals('v1,' . base64_encode(hash_hmac('sha256', "$id.$sent_at.$body", $key, true)), $signature) || $is_right;
        }
    }
    return $is_right;
}
