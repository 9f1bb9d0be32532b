<?php
/* HTML of documents. Whatever goes in is text and comes out escaped; bodies go through the list of what is allowed. */
namespace Razem;

defined('ABSPATH') || exit;

const ALLOWED_HTML = [
    'p' => [], 'br' => [], 'hr' => [], 'b' => [], 'strong' => [], 'i' => [], 'em' => [],
    'ul' => [], 'ol' => [], 'li' => [], 'blockquote' => [], 'cite' => [], 'footer' => [], 'figure' => [], 'figcaption' => [],
    'h3' => [], 'h4' => [], 'h5' => [], 'h6' => [], 'a' => ['href' => true, 'rel' => true], 'time' => ['datetime' => true],
    'img' => ['src' => true, 'alt' => true],  // only to find them: each is replaced by our copy
];

/** Return the body of a document, its headings one level lower and its pictures from our own media library only. */
function body_of(array $document): string {
    $html = preg_replace_callback('~<(/?)h([2-5])\b~i', static function (array $match): string {
        return '<' . $match[1] . 'h' . ($match[2] + 1);
    }, text($document, 'body_html'));
    $html = wp_kses($html, ALLOWED_HTML, ['http', 'https', 'mailto', 'tel']);
    $abouts = images_of($document);
    $html = preg_replace_callback('~<img\b[^>]*>~i', static function (array $match) use ($abouts): string {
        $url = images_in($match[0])[0] ?? '';
        preg_match('~\balt="([^"]*)"~i', $match[0], $alt);
        return picture($url, ['alt' => unescaped($alt[1] ?? '')] + ($abouts[$url] ?? ['author' => '', 'licence' => '']));
    }, $html);
    return str_replace('<figure></figure>', '', $html);
}

/** Return a picture that was copied, with who made it; "" until it was. */
function picture(string $url, array $about, string $size = 'large'): string {
    $id = shown_copies([$url])[$url] ?? 0;
    $image = $id ? wp_get_attachment_image($id, $size, false, ['alt' => $about['alt'], 'loading' => 'lazy']) : '';
    $credit = $image === '' ? '' : credit_of($about);
    return $image . ($credit === '' ? '' : '<figcaption>' . esc_html($credit) . '</figcaption>');
}

/** Return the picture that lists show of a document, or null. */
function list_image(array $document): ?array {
    foreach (['image', 'logo'] as $field) {
        if (is_array($document[$field] ?? null) && text($document[$field], 'url') !== '') {
            return $document[$field];
        }
    }
    return null;
}

/** Return the picture that a field of a document holds, as a figure. */
function figure_of($image, string $class, string $size = 'large'): string {
    if (!is_array($image) || text($image, 'url') === '') {
        return '';
    }
    $html = picture($image['url'], ['alt' => text($image, 'alt'), 'author' => text($image, 'author'), 'licence' => text($image, 'licence')], $size);
    return $html === '' ? '' : "<figure class=\"$class\">$html</figure>";
}

/** Return the states of a document in words. */
function states_html(array $document): string {
    $items = array_map(static function (string $words): string {
        return '<li>' . esc_html($words) . '</li>';
    }, states_of($document));
    return $items ? '<ul class="razem-states">' . implode('', $items) . '</ul>' : '';
}

/** Return when a project runs. */
function project_period_html(array $project): string {
    $start = text($project, 'start_date');
    $end = text($project, 'end_date');
    $from = day_of($start) ? 'od' . NBSP . time_html($start, date_in_words($start)) : '';
    return $from . (day_of($end) ? ' do' . NBSP . time_html($end, date_in_words($end)) : '');
}

/** Return the days from one that a field holds to that in another, which may be missing. */
function range_html(array $document, string $first, string $last): string {
    $start = text($document, $first);
    return day_of($start) ? time_html($start, dates_in_words($start, $document[$last] ?? null)) : '';
}

/** Return when an event takes place. */
function when_html(array $event): string {
    $start = text($event, 'start_date');
    if (!day_of($start)) {
        return 'termin do ustalenia';
    }
    $end = text($event, 'end_date');
    $before = before_dates($event);
    $is_one_day = $end === '' || $end === $start;
    $weekday = $before === '' && $is_one_day ? WEEKDAYS[(int) day_of($start)->format('w')] . ', ' : '';
    $html = esc_html($before . $weekday) . time_html($start, dates_in_words($start, $end));
    if (text($event, 'status') === 'cancelled') {
        $html = esc_html($before) . '<s>' . time_html($start, dates_in_words($start, $end)) . '</s>';
    }
    $hours = hours_of($event);
    return $hours === '' ? $html : "$html, <span class=\"razem-hours\">" . esc_html($hours) . '</span>';
}

function time_html(string $machine, string $words): string {
    return '<time datetime="' . esc_attr(substr($machine, 0, 10)) . '">' . esc_html($words) . '</time>';
}

/** Return a link to a document: to its view in the section's page if we hold it, else to Razem's own page. */
function link_html(array $document, string $words = ''): string {
    return '<a href="' . esc_url(address_of($document)) . '">' . esc_html($words !== '' ? $words : text($document, 'title')) . '</a>';
}

function address_of(array $document): string {
    $section = (int) setting('section');
    $page = $section && get_post_status($section) === 'publish' ? get_permalink($section) : '';
    $is_shown = in_array(text($document, 'type'), SHOWN_TYPES, true) && text($document, 'slug') !== '';
    return $page && $is_shown ? add_query_arg('razem', "{$document['type']}/{$document['slug']}", $page) : text($document, 'url');
}

/** Return a link to another site; only http(s), so that no other scheme can hide in it. */
function outward_html(string $url, string $words = ''): string {
    if (!preg_match('~^https?://~i', $url)) {
        return esc_html($words !== '' ? $words : $url);
    }
    return '<a href="' . esc_url($url) . '" rel="noopener">' . esc_html($words !== '' ? $words : $url) . '</a>';
}

function mail_html(string $email): string {
    return is_email($email) ? '<a href="' . esc_url('mailto:' . $email) . '">' . esc_html($email) . '</a>' : esc_html($email);
}

/** Return texts, or fields of things, escaped and joined by commas. */
function joined($things, string $field = ''): string {
    $texts = [];
    foreach (is_array($things) ? $things : [] as $thing) {
        $text = $field === '' ? $thing : (is_array($thing) ? text($thing, $field) : '');
        if (is_string($text) && $text !== '') {
            $texts[] = esc_html($text);
        }
    }
    return implode(', ', $texts);
}

/** Return links to documents that another points to. */
function links($pointers): string {
    return implode(', ', links_of($pointers));
}

function links_of($pointers): array {
    $links = [];
    foreach (is_array($pointers) ? $pointers : [] as $pointer) {
        if (is_array($pointer) && text($pointer, 'title') !== '') {
            $links[] = link_html($pointer);
        }
    }
    return $links;
}

/** Return HTML of several things, each on a line of its own. */
function lines_html(array $lines): string {
    return implode('<br>', array_filter($lines, 'strlen'));
}
