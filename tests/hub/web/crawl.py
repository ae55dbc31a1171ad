"""A spider for Scrapy: begins at robots.txt, takes what the sitemaps name and follows every link it may.

Run by test_crawler.py as ``scrapy runspider``; nothing of the hub is imported here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import SitemapSpider


class Visits(SitemapSpider):  # type: ignore[misc]  # Scrapy's class is untyped to mypy
    name = "visits"
    custom_settings = {  # noqa: RUF012  # Scrapy reads it as a class attribute
        "ROBOTSTXT_OBEY": True,
        "USER_AGENT": "visits (+mailto:test@example.org)",
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.RFC2616Policy",
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,*/*;q=0.1", "Cache-Control": "max-age=0"},
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "DOWNLOAD_DELAY": 0,
        "HTTPERROR_ALLOW_ALL": True,
        "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "WARNING",
    }

    def __init__(self, site: str, **more: Any) -> None:
        super().__init__(**more)
        self.sitemap_urls = [f"{site}/robots.txt"]
        self.allowed_domains = [site.rpartition("/")[2]]
        self.links = LinkExtractor()

    def parse(self, response: Response, **_: Any) -> Iterator[dict[str, Any] | Request]:
        page = isinstance(response, HtmlResponse)
        yield {
            "url": response.url,
            "status": response.status,
            "canonical": response.xpath("//link[@rel='canonical']/@href").get() if page else None,
            "bytes": len(response.body),
        }
        if page:
            for link in self.links.extract_links(response):
                if not link.nofollow:
                    yield Request(link.url, callback=self.parse)
