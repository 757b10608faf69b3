from __future__ import annotations

from django.urls import path

from stoa.backoffice.blocks import copying, worklist

urlpatterns = [
    path("products/<int:product_id>/blocks/copy/", copying.CopyBlocks.as_view(), name="blocks_copy"),
    path("products/<int:product_id>/blocks/template/", copying.SaveTemplate.as_view(), name="blocks_template"),
    path("products/<int:product_id>/blocks/template/clear/", copying.clear, name="blocks_template_clear"),
    *worklist.Worklist.routes("products/completeness/"),
]
