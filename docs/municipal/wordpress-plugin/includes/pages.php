<?php
/*
 * Pages of lists, as links: `?razem-news-3fa2b1=2`. The parameter's name is made of what the list shows, so that each list
 * of a page turns by itself and links go on working when another list is put before it.
 */
namespace Razem;

defined('ABSPATH') || exit;

const PAGE_PARAMETER = '~^razem-[a-z]+-[0-9a-f]{6}$~D';
const NEIGHBOURS = 2;  // pages beside the present one that are linked by number

/** One list's pages, of which it shows one. */
class Paging {
    /** @var string the parameter's name, and the list's id in the page */
    public $key;
    /** @var int from 1; one that is asked for past the end is the last */
    public $number;
    /** @var int */
    public $all;
    /** @var array<string, Paging> those that were shown during this visit */
    public static $shown = [];

    public static function of(string $name, array $selection, int $all): self {
        $paging = new self();
        $paging->key = "razem-$name-" . substr(md5((string) wp_json_encode($selection)), 0, 6);
        $paging->all = $all;
        $paging->number = min(asked_page($paging->key) ?: 1, $all);
        self::$shown[$paging->key] = $paging;
        return $paging;
    }

    /** Return the links, all of them working without JavaScript. */
    public function html(string $label): string {
        $items = $this->number > 1 ? $this->item($this->number - 1, 'Poprzednia', 'prev') : '';
        $last = 0;
        foreach ($this->numbers() as $number) {
            $items .= $number > $last + 1 ? '<li><span aria-hidden="true">…</span></li>' : '';
            $items .= $this->item($number, (string) $number);
            $last = $number;
        }
        $items .= $this->number < $this->all ? $this->item($this->number + 1, 'Następna', 'next') : '';
        return '<nav class="razem-pages" aria-label="' . esc_attr($label) . "\"><ul>$items</ul></nav>";
    }

    /** Return the numbers that are linked: the first, the last, and those around the present one. */
    private function numbers(): array {
        $around = range(max(1, $this->number - NEIGHBOURS), min($this->all, $this->number + NEIGHBOURS));
        return array_unique(array_merge([1], $around, [$this->all]));
    }

    private function item(int $number, string $words, string $relation = ''): string {
        if ($number === $this->number) {
            return "<li><span aria-current=\"page\">$words</span></li>";
        }
        $address = esc_url(address_of_pages([$this->key => $number]) . '#' . $this->key);
        $names = $relation === '' ? " aria-label=\"Strona $number\"" : " rel=\"$relation\"";
        return "<li><a href=\"$address\"$names>" . esc_html($words) . '</a></li>';
    }
}

/** Return the page of a list that was asked for, or 0. */
function asked_page(string $key): int {
    $asked = isset($_GET[$key]) && is_string($_GET[$key]) ? $_GET[$key] : '';
    return preg_match('~^[1-9]\d{0,5}$~D', $asked) === 1 ? (int) $asked : 0;
}

function page_parameters(): array {
    return array_values(preg_grep(PAGE_PARAMETER, array_map('strval', array_keys($_GET))));
}

/** Return the pages of lists that were asked for: parameter => number. */
function asked_pages(): array {
    $keys = page_parameters();
    return array_filter(array_combine($keys, array_map(__NAMESPACE__ . '\asked_page', $keys)));
}

/** Return the address of what is shown with its lists turned as they are, but for these. */
function address_of_pages(array $pages): string {
    $turned = array_filter($pages + asked_pages(), static function (int $number): bool {
        return $number > 1;
    });
    $here = is_singular() ? (string) get_permalink(get_queried_object_id()) : remove_query_arg(page_parameters());
    return add_query_arg($turned, $here);
}

/** Return those of this page's lists that show another page than the first, by rendering its content once before. */
function turned_pages(): array {
    static $found = null;
    if ($found === null) {
        $found = [];
        if (asked_pages() && is_singular() && !is_single_view()) {
            do_shortcode(do_blocks((string) get_post_field('post_content', get_queried_object_id())));
            $found = array_intersect_key(Paging::$shown, asked_pages());
        }
    }
    return $found;
}

add_action('template_redirect', static function () {
    $numbers = array_map(static function (Paging $paging): int {
        return $paging->number;
    }, turned_pages());
    if ($numbers != array_intersect_key(asked_pages(), $numbers)) {  // past the end of a list, which may have shrunk
        nocache_headers();
        wp_safe_redirect(address_of_pages($numbers), 302, 'Razem');
        exit;
    }
});
add_filter('get_canonical_url', static function ($url) {
    $turned = turned_pages();
    if (!$turned) {
        return $url;
    }
    return add_query_arg(array_filter(array_map(static function (Paging $paging): int {
        return $paging->number > 1 ? $paging->number : 0;
    }, $turned)), $url);
});
add_filter('document_title_parts', static function (array $parts): array {
    $turned = array_values(turned_pages());
    if (count($turned) === 1 && $turned[0]->number > 1) {
        $parts['page'] = "strona {$turned[0]->number} z {$turned[0]->all}";
    }
    return $parts;
});
