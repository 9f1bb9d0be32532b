<?php
namespace Razem;

defined('ABSPATH') || exit;

/** What went wrong, in words for the municipality's staff. Nothing that we hold is lost by it. */
class Trouble extends \RuntimeException {
    /** @var int seconds after which Razem wants to be asked again; 0: it did not say */
    public $retry_after = 0;

    /** @var bool whether the next thing that we ask Razem for will fare alike */
    public $is_general = true;

    public static function of_one_thing(string $words): self {
        $trouble = new self($words);
        $trouble->is_general = false;
        return $trouble;
    }
}

/** Another run holds the lock now: this one slept too long and must write nothing. */
class LostLock extends \RuntimeException {
}
