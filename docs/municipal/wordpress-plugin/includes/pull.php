<?php
/* One run: read what changed until nothing is left or time is up, then copy pictures. */
namespace Razem;

defined('ABSPATH') || exit;

const RUN_SECONDS = 20;
const MOST_MEMORY_SHARE = 0.7;

/** When a run has to stop, so that neither PHP nor the web server stops it. */
class Deadline {
    /** @var float */
    private $ends_at;
    /** @var float */
    private $most_bytes;

    public function __construct(int $seconds) {
        $allowed = (int) ini_get('max_execution_time');
        $this->ends_at = microtime(true) + ($allowed > 0 ? min($seconds, $allowed / 2) : $seconds);
        $limit = wp_convert_hr_to_bytes((string) ini_get('memory_limit'));
        $this->most_bytes = $limit > 0 ? MOST_MEMORY_SHARE * $limit : INF;
    }

    public function is_over(): bool {
        return microtime(true) >= $this->ends_at || memory_get_usage() > $this->most_bytes;
    }
}

/**
 * Bring the copy up to date. Return "done", "more" (time was up, the rest follows by itself), "busy" (another run
 * is under way), "resting" (Razem asked for a pause) or "failed"; what went wrong stands in the status.
 */
function pull(int $seconds = RUN_SECONDS): string {
    if ((int) status('rest_until') > time()) {
        return 'resting';
    }
    $lock = Lock::take();
    if (!$lock) {
        return 'busy';
    }
    note(['tried_at' => time()]);
    try {
        wp_raise_memory_limit('image');
        are_tables_there() || create_tables();
        renew_old_columns();
        $deadline = new Deadline($seconds);
        $is_all = follow($lock, $deadline);
        if ($is_all) {
            note(['succeeded_at' => time(), 'error' => '', 'rest_until' => 0]);
            delete_unused_images();
            $is_all = copy_images($lock, $deadline);
        }
        if (!$is_all) {
            run_soon();
        }
        return $is_all ? 'done' : 'more';
    } catch (LostLock $error) {
        return 'busy';
    } catch (Trouble $trouble) {
        note(['error' => $trouble->getMessage(), 'failed_at' => time(), 'rest_until' => $trouble->retry_after ? time() + $trouble->retry_after : 0]);
        return 'failed';
    } catch (\Throwable $error) {  // whatever it is, staff read of it on our page
        note(['error' => 'Błąd wtyczki: ' . $error->getMessage(), 'failed_at' => time()]);
        return 'failed';
    } finally {
        $lock->release();
    }
}

/** Read the feed from where the copy reaches. Return whether its end was reached. */
function follow(Lock $lock, Deadline $deadline): bool {
    do {
        $cursor = cursor();
        $etag = $cursor && $cursor['is_whole'] && status('asked') === question_of($cursor) ? (string) status('etag') : '';
        $page = $cursor ? feed_page($cursor['epoch'], $cursor['sequence'], $etag) : ['is_restored' => true];
        if ($page === null) {
            return true;
        }
        $is_first = $page['is_restored'];
        if ($is_first) {
            $page = feed_page('', 0);
            if (!$page['changes'] && counts()['held'] > 0) {
                throw new Trouble('Razem odpowiada, że niczego jeszcze nie opublikowano. Czy to właściwy adres? Niczego tu nie usunięto.');
            }
        }
        store_page($lock, $page, $is_first);
        if (!$page['has_more']) {
            // Only an answer without changes comes again under its tag.
            $after = cursor();
            note($page['changes'] || !$after ? ['asked' => '', 'etag' => ''] : ['asked' => question_of($after), 'etag' => $page['etag']]);
            return true;
        }
    } while (!$deadline->is_over());
    return false;
}

function question_of(array $cursor): string {
    return setting('address') . " {$cursor['epoch']} {$cursor['sequence']}";
}
