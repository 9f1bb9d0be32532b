<?php
/* The page in the settings: what is set, how the copy is, and the buttons. */
namespace Razem;

defined('ABSPATH') || exit;

const PAGE = 'razem';
const BY_HAND_SECONDS = 10;
const OUTCOMES = [
    'done' => 'Pobrano: kopia jest aktualna.',
    'more' => 'Pobrano część. Reszta pobierze się sama w ciągu kilku minut.',
    'busy' => 'Pobieranie już trwa.',
    'resting' => 'Razem prosiło, by chwilę poczekać. Pobieranie ruszy samo.',
    'failed' => 'Nie udało się pobrać. Powód jest poniżej.',
];
const EXAMPLES = [
    '[razem_events limit="5" topic="rodo" heading="Najbliższe szkolenia"]' => 'wydarzenia, które nadchodzą; past="1": minione',
    '[razem_organizations locality="belk"]' => 'katalog organizacji',
    '[razem_project slug="razem-mozemy-wiecej"]' => 'jeden projekt; bez slug: wszystkie',
    '[razem_activities project="razem-mozemy-wiecej"]' => 'działania projektu; bez project: wszystkie',
    '[razem_news limit="3" pages="0"]' => 'trzy najnowsze aktualności, bez odnośników do dalszych stron',
    '[razem_contests]' => 'konkursy',
    '[razem_resources kind="form"]' => 'materiały: formularze; report: raporty, regulations: regulaminy, guide: poradniki',
    '[razem_newsletters]' => 'numery newslettera',
];

add_action('admin_menu', static function () {
    add_options_page('Razem', 'Razem', CAPABILITY, PAGE, __NAMESPACE__ . '\show_page');
});
add_action('admin_init', static function () {
    register_setting(PAGE, SETTINGS, ['type' => 'array', 'sanitize_callback' => __NAMESPACE__ . '\sanitized', 'default' => DEFAULTS]);
});
add_action('admin_post_razem_pull', static function () {
    check_request('razem_pull');
    are_tables_there() && retry_images();
    return_with(pull(BY_HAND_SECONDS));
});
add_action('admin_post_razem_anew', static function () {
    check_request('razem_anew');
    are_tables_there() && mistrust();
    return_with(pull(BY_HAND_SECONDS));
});

function check_request(string $action): void {
    if (!current_user_can(CAPABILITY)) {
        wp_die('Nie masz uprawnień do tej czynności.', '', ['response' => 403]);
    }
    check_admin_referer($action);
}

function return_with(string $outcome): void {
    wp_safe_redirect(add_query_arg('outcome', $outcome, admin_url('options-general.php?page=' . PAGE)));
    exit;
}

/** Return what was entered as it is stored; what cannot be used is refused and stays as it was. */
function sanitized($given): array {
    $given = is_array($given) ? $given : [];
    $kept = array_merge(DEFAULTS, (array) get_option(SETTINGS, []));
    $address = tidy_address((string) ($given['address'] ?? $kept['address']));
    $fault = $address === '' ? '' : fault_of_address($address);
    if ($fault !== '') {
        add_settings_error(SETTINGS, 'address', $fault);
        $address = $kept['address'];
    }
    return [
        'address' => $address,
        'minutes' => min(max((int) ($given['minutes'] ?? $kept['minutes']), 1), 1440),
        'secret' => sanitized_secret($given, $kept, 'secret'),
        'old_secret' => sanitized_secret($given, $kept, 'old_secret'),
        'section' => absint($given['section'] ?? $kept['section']),
        'keeps_content' => !empty($given['keeps_content']),
    ];
}

function sanitized_secret(array $given, array $kept, string $name): string {
    $entered = trim((string) ($given[$name] ?? ''));
    if (!empty($given["no_$name"])) {
        return '';
    }
    if ($entered !== '' && key_of($entered) === '') {
        add_settings_error(SETTINGS, $name, 'Sekret ma postać whsec_… i trzeba go wkleić w całości.');
    }
    return key_of($entered) === '' ? $kept[$name] : $entered;
}

function show_page(): void {
    if (!current_user_can(CAPABILITY)) {
        return;
    }
    $outcome = isset($_GET['outcome']) ? sanitize_key(wp_unslash($_GET['outcome'])) : '';
    echo '<div class="wrap"><h1>Razem – organizacje pozarządowe</h1>';
    if (isset(OUTCOMES[$outcome])) {
        printf('<div class="notice notice-%s"><p>%s</p></div>', $outcome === 'failed' ? 'error' : 'success', esc_html(OUTCOMES[$outcome]));
    }
    echo '<h2>Stan kopii</h2><table class="widefat striped" style="max-width:60rem"><tbody>';
    foreach (state_rows() as $name => $value) {
        printf('<tr><th scope="row" style="width:16rem">%s</th><td>%s</td></tr>', esc_html($name), esc_html($value));
    }
    echo '</tbody></table>';
    show_button('razem_pull', 'Pobierz teraz', 'primary', 'Pobiera to, co zmieniło się od ostatniego razu.');
    show_button('razem_anew', 'Pobierz wszystko od nowa', 'secondary', 'Sprawdza i zapisuje każdy dokument jeszcze raz. Do tego czasu strona pokazuje to, co ma.');
    show_settings();
    echo '<h2>Jak pokazać treści</h2><p>Dodaj do strony bloki „Razem: …” albo krótkie kody. Każdy można zawęzić, na przykład:</p><ul class="ul-disc">';
    foreach (EXAMPLES as $code => $words) {
        printf('<li><code>%s</code> – %s</li>', esc_html($code), esc_html($words));
    }
    echo '</ul></div>';
}

function show_button(string $action, string $words, string $kind, string $help): void {
    echo '<form method="post" action="' . esc_url(admin_url('admin-post.php')) . '" style="margin-top:1rem">';
    echo '<input type="hidden" name="action" value="' . esc_attr($action) . '">';
    wp_nonce_field($action);
    submit_button($words, $kind, 'submit', false);
    echo ' <span class="description">' . esc_html($help) . '</span></form>';
}

/** Return how the copy is: name => words. */
function state_rows(): array {
    $is_there = are_tables_there();
    $counts = $is_there ? counts() : ['held' => 0, 'withdrawn' => 0, 'waiting' => 0, 'given_up' => 0];
    $cursor = $is_there ? cursor() : null;
    $error = (string) status('error');
    $rest = (int) status('rest_until');
    return [
        'Ostatnie udane pobranie' => moment(status('succeeded_at'), 'jeszcze nie było'),
        'Ostatni błąd' => $error === '' ? 'brak' : moment(status('failed_at'), '') . ': ' . $error,
        'Ostatnia zmiana przysłana przez Razem' => moment(get_option('razem_pushed_at'), 'jeszcze nie było'),
        'Dokumenty' => "{$counts['held']} (wycofane: {$counts['withdrawn']})",
        'Kopia' => !$cursor ? 'jeszcze jej nie ma' : ($cursor['is_whole'] ? 'pełna' : 'w trakcie pobierania całości'),
        'Obrazy do pobrania' => "dokumenty, które czekają: {$counts['waiting']}; odłożone po pięciu próbach: {$counts['given_up']}",
        'Ostatni kłopot z obrazem' => status('image_error') ? moment(status('image_error_at'), '') . ': ' . status('image_error') : 'brak',
        'Następne pobranie' => Lock::is_taken() ? 'trwa teraz' : ($rest > time() ? 'po przerwie, o którą prosi Razem: ' . moment($rest, '') : moment(wp_next_scheduled(EVENT), 'wyłączone: podaj adres')),
    ];
}

function moment($at, string $otherwise): string {
    return (int) $at > 0 ? date_in_words(wp_date('Y-m-d', (int) $at)) . wp_date(', H:i:s', (int) $at) : $otherwise;
}

function show_settings(): void {
    echo '<h2>Ustawienia</h2><form method="post" action="options.php">';
    settings_fields(PAGE);
    echo '<table class="form-table" role="presentation"><tbody>';
    show_row('address', 'Adres Razem', sprintf('<input type="url" class="regular-text" id="razem-address" name="%s[address]" value="%s" placeholder="https://razem.example.org">', SETTINGS, esc_attr(setting('address'))));
    show_row('minutes', 'Pytaj co ile minut', sprintf('<input type="number" min="1" max="1440" id="razem-minutes" name="%s[minutes]" value="%d">', SETTINGS, (int) setting('minutes')));
    $pages = wp_dropdown_pages(['echo' => 0, 'id' => 'razem-section', 'name' => SETTINGS . '[section]', 'selected' => (int) setting('section'), 'show_option_none' => '— strony w Razem —', 'option_none_value' => 0]);
    show_row('section', 'Strona działu', $pages, 'Tu otwierają się pojedyncze wydarzenia, organizacje, projekty i inne dokumenty. Bez niej odnośniki prowadzą do Razem.');
    show_row('secret', 'Sekret do przyjmowania zmian', secret_field('secret'), 'Niekonieczny. Z nim Razem przysyła zmiany od razu, na adres: ' . webhook_address());
    show_row('old_secret', 'Poprzedni sekret', secret_field('old_secret'), 'Na czas wymiany sekretu: przyjmowane są zmiany podpisane którymkolwiek z nich.');
    show_row('keeps_content', 'Po usunięciu wtyczki', sprintf('<label><input type="checkbox" id="razem-keeps_content" name="%s[keeps_content]" value="1"%s> zostaw kopię dokumentów i obrazy</label>', SETTINGS, checked(setting('keeps_content'), true, false)));
    echo '</tbody></table>';
    submit_button('Zapisz ustawienia');
    echo '</form>';
}

/** Return the field of a secret: what is stored is never shown again. */
function secret_field(string $name): string {
    $is_set = setting($name) !== '';
    $field = sprintf('<input type="password" class="regular-text" autocomplete="new-password" id="razem-%1$s" name="%2$s[%1$s]" value="" placeholder="%3$s">', $name, SETTINGS, $is_set ? 'ustawiony; puste pole go nie zmienia' : 'whsec_…');
    return $field . ($is_set ? sprintf(' <label><input type="checkbox" name="%s[no_%s]" value="1"> usuń ten sekret</label>', SETTINGS, $name) : '');
}

/** Show one setting. The field is HTML made here, with what was entered escaped. */
function show_row(string $name, string $label, string $field, string $help = ''): void {
    printf('<tr><th scope="row"><label for="razem-%s">%s</label></th><td>%s%s</td></tr>', esc_attr($name), esc_html($label), $field, $help === '' ? '' : '<p class="description">' . esc_html($help) . '</p>');
}
