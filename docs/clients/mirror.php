<?php declare(strict_types=1);
/* Keep an exact copy of what a Razem publishes, one file a document: FOLDER/TYPE/ID.json.

Usage: php mirror.php https://razem.example.org/api/v1 FOLDER --once (or: --every SECONDS) */
const PATH = '~^[a-z_]+/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json$~D';
const FLAGS = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;

function fail(string $words): bool {
    throw new Exception($words);
}

function ask(string $url, int $attempts = 3): array {  // returns [status, body]
    $curl = curl_init($url);
    curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => 1, CURLOPT_HEADER => 1, CURLOPT_TIMEOUT => 60]);
    $answer = curl_exec($curl) ?: fail(curl_error($curl));
    ['http_code' => $status, 'header_size' => $size] = curl_getinfo($curl);
    preg_match('~^retry-after: *(\d{1,5})\s*$~im', substr($answer, 0, $size), $pause);
    if ($pause && $attempts > 1 && in_array($status, [429, 503], true)) {
        sleep((int) $pause[1]);
        return ask($url, $attempts - 1);
    }
    return [$status, substr($answer, $size)];
}

function fetch(string $api, string $epoch = '', int $sequence = 0): array {
    $isAll = $epoch === '';  // what we hold goes unless it comes again: path => [version, nothing]
    $todo = array_fill_keys($isAll ? preg_grep(PATH, glob('*/*.json')) : [], [PHP_INT_MAX, null]);
    do {
        $query = ['since' => $sequence, 'epoch' => $epoch ?: null, 'limit' => 500];
        [$status, $body] = ask("$api/changes/?" . http_build_query($query));
        if ($status === 410 && $epoch) { return fetch($api); }  // restored: all from the beginning
        $status === 200 || fail("HTTP $status: " . substr($body, 0, 200));
        $page = json_decode($body, false, 512, JSON_THROW_ON_ERROR);
        $isFeed = is_string($page->epoch) && is_int($page->sequence) && is_array($page->results);
        $isFeed && (!$page->next || $page->sequence > $sequence) || fail('this is not the feed');
        $epoch || !$todo || $page->results || fail('nothing was ever published: the right server?');
        foreach ($page->results as $change) {
            $path = "$change->type/$change->id.json";
            $kind = ['upsert' => 'object', 'remove' => 'NULL'][$change->action];
            $isRight = is_int($change->version) && gettype($change->document) === $kind;
            $isRight && preg_match(PATH, $path) || fail("this is not a change: $path");
            $todo[$path] = [$isAll ? PHP_INT_MAX : $change->version, $change->document];
        }
        [$epoch, $sequence] = [$page->epoch, $page->sequence];
    } while ($page->next);
    return $todo + ['state.json' => [PHP_INT_MAX, ['epoch' => $epoch, 'sequence' => $sequence]]];
}

function load(string $path): stdClass {  // empty: none yet, or cut off by a power failure
    return (object) json_decode(file_exists($path) ? file_get_contents($path) : '');
}

function mirror(string $api): void {  // a killed run is done again: the state comes last
    $state = load('state.json');
    foreach (fetch($api, $state->epoch ?? '', $state->sequence ?? 0) as $path => [$version, $new]) {
        $isDue = (load($path)->version ?? 0) <= $version;
        if ($isDue && $new !== null) {
            is_dir(dirname($path)) || mkdir(dirname($path));
            file_put_contents('.new', json_encode($new, FLAGS));
            rename('.new', $path);  // so that nobody ever reads half a file
        } elseif ($isDue && file_exists($path)) {
            unlink($path);
        }
    }
}

set_error_handler(fn ($level, $words) => fail($words), E_WARNING | E_NOTICE);
$argc > 3 || fail('php mirror.php API_URL FOLDER --once (or: --every SECONDS)');
is_dir($argv[2]) || mkdir($argv[2], 0777, true);
chdir($argv[2]);
flock($lock = fopen('.lock', 'w'), LOCK_EX);  // one run at a time
do {
    try {
        mirror($argv[1]);
    } catch (Throwable $error) {
        fwrite(STDERR, "mirror.php: {$error->getMessage()}\n");
    }
    sleep($every = (int) ($argv[4] ?? 0));
} while ($every > 0);
exit(isset($error) ? 1 : 0);
