"""Renders Markdown or HTML as the HTML that WeChat keeps in an article.

The platform strips `<style>`, class, id and scripts, takes images from its own servers only and
makes outside links dead. `render.render_article` is the one way in: draft and preview both use it.
"""
