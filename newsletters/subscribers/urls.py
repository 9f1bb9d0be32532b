from django.urls import path

from newsletters.subscribers.views import leaving, my_data, preferences, sign_up

urlpatterns = [
    path("zapisz-sie/", sign_up.subscribe, name="newsletter_subscribe"),
    path("zapisz-sie/wyslano/", sign_up.subscribe_sent, name="newsletter_subscribe_sent"),
    path("potwierdz/<str:token>/", sign_up.confirm, name="newsletter_confirm"),
    path("wypisz/<str:token>/", leaving.unsubscribe, name="newsletter_unsubscribe"),
    path("ustawienia/<str:token>/", preferences.preferences, name="newsletter_preferences"),
    path(
        "ustawienia/<str:token>/moje-dane/",
        preferences.ask_for_data,
        name="newsletter_ask_for_data",
    ),
    path("moje-dane/wyslano/", preferences.data_sent, name="newsletter_data_sent"),
    path("moje-dane/<str:token>/", my_data.data, name="newsletter_data"),
    path("moje-dane/<str:token>/plik/", my_data.download, name="newsletter_data_download"),
    path("moje-dane/<str:token>/usun/", my_data.erase, name="newsletter_data_erase"),
]
