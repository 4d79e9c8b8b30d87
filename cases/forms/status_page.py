"""The form by which somebody asks for updates of the status page."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models.status_page import Language
from products.models import Product
from sla.text_fields import CleanEmailField


class SubscribeForm(forms.Form):
    """An address, the products (none means all), the language."""

    email = CleanEmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "form-control"}),
        help_text=_("We use it for these updates alone, and forget it when you leave."),
    )
    products = forms.ModelMultipleChoiceField(
        Product.objects.none(),
        label=_("Products"),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to hear of all."),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=Language.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = Product.objects.filter(is_active=True).order_by("position", "name")
        self.fields["products"].queryset = offered  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(Field("email"), Field("products", wrapper_class="cc-status-choices"), Field("language"))
        return helper
