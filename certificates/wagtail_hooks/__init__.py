"""Designs of certificates in the CMS."""

from wagtail import hooks

from certificates.wagtail_hooks.designs import DesignViewSet


@hooks.register("register_admin_viewset")
def register_designs() -> DesignViewSet:
    return DesignViewSet("certificate-designs", url_prefix="certificate-designs")
