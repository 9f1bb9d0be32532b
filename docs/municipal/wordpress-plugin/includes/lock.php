<?php
namespace Razem;

defined('ABSPATH') || exit;

/**
 * One run at a time. The lock is a row of the options table that holds until when, and whose it is.
 * A run that was killed gives it up when its lease ends; one that slept past its lease finds out
 * by `confirm`, in the transaction in which it wanted to write.
 */
class Lock {
    const NAME = 'razem_lock';
    // Longer than anything that is done between two renewals: one answer of Razem, one picture.
    const LEASE_SECONDS = 90;

    /** @var string */
    private $token;

    private function __construct(string $token) {
        $this->token = $token;
    }

    /** Return the lock, or null while another run has it. */
    public static function take(): ?self {
        global $wpdb;
        $lock = new self(bin2hex(random_bytes(16)));
        $wpdb->query($wpdb->prepare("INSERT IGNORE INTO $wpdb->options (option_name, option_value, autoload) VALUES (%s, '0:', 'no')", self::NAME));
        $taken = $wpdb->query($wpdb->prepare(
            "UPDATE $wpdb->options SET option_value = %s WHERE option_name = %s AND CAST(SUBSTRING_INDEX(option_value, ':', 1) AS UNSIGNED) < %d",
            $lock->value(),
            self::NAME,
            time()
        ));
        return $taken === 1 ? $lock : null;
    }

    /** Whether a run has it now. */
    public static function is_taken(): bool {
        global $wpdb;
        return (int) $wpdb->get_var($wpdb->prepare("SELECT option_value FROM $wpdb->options WHERE option_name = %s", self::NAME)) >= time();
    }

    /** Hold it for another lease, until the end of the transaction against everybody; or throw LostLock. */
    public function confirm(): void {
        global $wpdb;
        $held = $wpdb->get_var($wpdb->prepare("SELECT option_value FROM $wpdb->options WHERE option_name = %s FOR UPDATE", self::NAME));
        if (substr((string) $held, -33) !== ':' . $this->token) {
            throw new LostLock();
        }
        $wpdb->query($wpdb->prepare("UPDATE $wpdb->options SET option_value = %s WHERE option_name = %s", $this->value(), self::NAME));
    }

    public function release(): void {
        global $wpdb;
        $wpdb->query($wpdb->prepare("UPDATE $wpdb->options SET option_value = '0:' WHERE option_name = %s AND option_value LIKE %s", self::NAME, '%:' . $this->token));
    }

    private function value(): string {
        return (time() + self::LEASE_SECONDS) . ':' . $this->token;
    }
}
