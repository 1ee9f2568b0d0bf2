"""Stock firmware as mpflash fetches it, from a stand-in of micropython.org."""

import asyncio
import hashlib
import http.server
import threading

import pytest
from stock_firmware import Stock

from plughub.board import stock
from plughub.board.flash import chip_at
from plughub.cli import UNREACHABLE, Failure

# Has mpflash's process look for the site here: it has no setting for that.
_ELSEWHERE = """
import sys
if any("mpflash" in word for word in sys.orig_argv):
    import mpflash.download.from_web as web
    web.MICROPYTHON_ORG_URL = {url!r}
"""
_PAGE = '<a class="board-card" href="ESP32_GENERIC">ESP32</a>'
_BOARD = '<a href="/resources/firmware/ESP32_GENERIC-20250911-v1.26.1.bin">v1.26.1</a>'


class Site(http.server.ThreadingHTTPServer):
    """The pages and files that mpflash asks for; `asked` are the paths."""

    def __init__(self, firmware):
        self.firmware = firmware
        self.asked = []
        super().__init__(("127.0.0.1", 0), _Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        path = self.path.partition("?")[0]
        pages = {"/download/": _PAGE.encode(), "/download/ESP32_GENERIC": _BOARD.encode()}
        body = self.server.firmware if path.endswith(".bin") else pages.get(path, b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The site, which processes of this test ask; what is fetched is kept in a folder."""
    site = Site(Stock().build())
    folder = tmp_path / "site"
    folder.mkdir()
    url = f"http://127.0.0.1:{site.server_port}/"
    (folder / "sitecustomize.py").write_text(_ELSEWHERE.format(url=url))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setattr(stock, "BUILD", tmp_path / "cache")
    yield site
    site.shutdown()
    site.server_close()


def test_it_is_fetched_once_and_kept(site, monkeypatch, capsys):
    known = {hashlib.sha256(site.firmware).hexdigest(): "ESP32_GENERIC 1.26.1"}
    monkeypatch.setattr(stock, "KNOWN", known)
    path = stock.stock_firmware("esp32")
    assert path.read_bytes() == site.firmware
    count = len(site.asked)
    assert stock.stock_firmware("esp32") == path and len(site.asked) == count
    assert "not among the firmware" not in capsys.readouterr().err


def test_what_nobody_has_tried_is_told_of(site, capsys):
    stock.stock_firmware("esp32")
    assert "is not among the firmware that was tried" in capsys.readouterr().err


def test_a_page_in_place_of_a_firmware_is_not_kept(site, tmp_path):
    site.firmware = b"<html>Try again later</html>"
    with pytest.raises(Failure, match="the stock firmware could not be fetched") as e:
        stock.stock_firmware("esp32")
    assert e.value.code == UNREACHABLE
    assert "https://micropython.org/download/ESP32_GENERIC/" in str(e.value)
    assert not list((tmp_path / "cache").glob("**/*.bin"))


def test_a_site_that_is_away_is_told_with_a_way_by_hand(site):
    site.shutdown()
    site.server_close()
    with pytest.raises(Failure, match=r"name the \.bin as FIRMWARE"):
        stock.stock_firmware("esp32")


def test_a_chip_without_stock_firmware(site):
    with pytest.raises(Failure, match="no stock firmware for the hub on an esp32c6"):
        stock.stock_firmware("esp32c6")
    assert not site.asked


async def test_the_chip_is_asked_by_its_boot_loader():
    from chip import Chip

    async with Chip(None) as chip:
        assert await asyncio.to_thread(chip_at, chip.url) == "esp32"


def test_no_chip_is_told_with_what_to_press():
    with pytest.raises(Failure, match="Hold its BOOT button") as e:
        chip_at("socket://127.0.0.1:9")
    assert e.value.code == UNREACHABLE
