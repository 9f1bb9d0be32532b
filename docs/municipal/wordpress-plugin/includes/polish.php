<?php
/* Polish letters, dates, numbers and plural forms. Returns plain text: escape it. */
namespace Razem;

defined('ABSPATH') || exit;

const NBSP = "\u{a0}";
const ALPHABET = 'aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż';
const MONTHS = ['', 'stycznia', 'lutego', 'marca', 'kwietnia', 'maja', 'czerwca', 'lipca', 'sierpnia', 'września', 'października', 'listopada', 'grudnia'];
// By the numbers of ISO 8601 and of PHP alike: Sunday is both 0 and 7.
const WEEKDAYS = ['niedziela', 'poniedziałek', 'wtorek', 'środa', 'czwartek', 'piątek', 'sobota', 'niedziela'];

/** Return a key that orders by the Polish alphabet in any collation; quotation marks do not count. */
function sort_key(string $text): string {
    $key = '';
    foreach (preg_split('~~u', mb_strtolower($text), -1, PREG_SPLIT_NO_EMPTY) ?: [] as $letter) {
        $place = mb_strpos(ALPHABET, $letter);
        if ($place !== false) {
            $key .= $place + 10;
        } elseif (mb_strpos('„”"\'«»', $letter) === false) {
            $key .= ctype_digit($letter) ? "0$letter" : '00';
        }
    }
    return substr($key, 0, 190);
}

function today(): string {
    return (new \DateTimeImmutable('now', new \DateTimeZone('Europe/Warsaw')))->format('Y-m-d');
}

/** Return the day, if the text begins with one. */
function day_of($text): ?\DateTimeImmutable {
    $is_day = is_string($text) && preg_match('~^\d{4}-\d{2}-\d{2}~', $text) === 1;
    return $is_day ? (\DateTimeImmutable::createFromFormat('!Y-m-d', substr($text, 0, 10)) ?: null) : null;
}

/** Return "15 września 2018 r." */
function date_in_words($text): string {
    $day = day_of($text);
    return $day ? $day->format('j') . ' ' . MONTHS[(int) $day->format('n')] . ' ' . $day->format('Y') . NBSP . 'r.' : '';
}

/** Return a day or a range without saying a month or a year twice: "16–18 marca 2018 r." */
function dates_in_words($from, $to): string {
    $start = day_of($from);
    $end = day_of($to);
    if (!$start || !$end || $start == $end) {
        return date_in_words($from);
    }
    if ($start->format('Y-m') === $end->format('Y-m')) {
        return $start->format('j') . '–' . date_in_words($to);
    }
    $is_same_year = $start->format('Y') === $end->format('Y');
    $beginning = $is_same_year ? $start->format('j') . ' ' . MONTHS[(int) $start->format('n')] : date_in_words($from);
    return $beginning . NBSP . '– ' . date_in_words($to);
}

/** Return "od 16 marca 2018 r. do 31 grudnia 2019 r.", or what is known of it; "" if nothing is. */
function from_until($from, $until): string {
    $parts = [date_in_words($from) === '' ? '' : 'od' . NBSP . date_in_words($from), date_in_words($until) === '' ? '' : 'do' . NBSP . date_in_words($until)];
    return implode(' ', array_filter($parts, 'strlen'));
}

/** Return the day in Poland of a moment with its offset from UTC, as Y-m-d, or "". */
function local_day(string $moment): string {
    try {
        return $moment === '' ? '' : (new \DateTimeImmutable($moment))->setTimezone(new \DateTimeZone('Europe/Warsaw'))->format('Y-m-d');
    } catch (\Exception $error) {  // not a moment
        return '';
    }
}

/** Return a number, or decimal digits, as "1 234,5": thousands by no-break space, no zeros at the end. */
function number($value): string {
    $is_number = is_int($value) || is_float($value) || (is_string($value) && preg_match('~^-?\d+(\.\d+)?$~D', $value));
    if (!$is_number) {
        return '';
    }
    $digits = is_float($value) ? number_format($value, 2, '.', '') : (string) $value;
    $decimals = strlen(rtrim(explode('.', $digits)[1] ?? '', '0'));
    return number_format((float) $value, $decimals, ',', NBSP);
}

/** Return "1 800 zł" or "1 800,50 zł". */
function zloty($amount): string {
    $number = number($amount);
    $has_tenths_only = preg_match('~,\d$~D', $number) === 1;
    return $number === '' ? '' : $number . ($has_tenths_only ? '0' : '') . NBSP . 'zł';
}

/** Return the form that goes with a number: 1 miejsce, 2 miejsca, 5 miejsc. */
function plural(int $number, string $one, string $few, string $many): string {
    $is_few = in_array($number % 10, [2, 3, 4], true) && !in_array($number % 100, [12, 13, 14], true);
    return number($number) . NBSP . ($number === 1 ? $one : ($is_few ? $few : $many));
}

/** Return a file's size in units of 1,000 bytes (IEC 80000-13): "1,2 MB". */
function size_in_words(int $bytes): string {
    [$unit, $divisor] = $bytes >= 1000000 ? ['MB', 1000000] : ['kB', 1000];
    $amount = max($bytes / $divisor, 0.1);
    return number(round($amount, $amount < 10 ? 1 : 0)) . NBSP . $unit;
}

/** Return a field that is text, or "". */
function text(array $fields, string $name): string {
    return is_string($fields[$name] ?? null) ? $fields[$name] : '';
}

/** Return the things in a field that is a list of things. */
function parts(array $fields, string $name): array {
    return array_values(array_filter(is_array($fields[$name] ?? null) ? $fields[$name] : [], 'is_array'));
}

/** Return a thing that a field holds; an empty one if it holds none. */
function part(array $fields, string $name): array {
    return is_array($fields[$name] ?? null) ? $fields[$name] : [];
}
