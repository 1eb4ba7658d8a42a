"""Answer on port 8000 with the execution providers at hand; stands for any inference service."""

import http.server
import json

import onnxruntime  # type: ignore[import-not-found]

PORT = 8000


class Handler(http.server.BaseHTTPRequestHandler):
    """Says which providers there are."""

    def do_GET(self) -> None:
        """Answer any path."""
        body = json.dumps({"providers": onnxruntime.get_available_providers()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    onnxruntime.preload_dlls()
    http.server.ThreadingHTTPServer(("", PORT), Handler).serve_forever()
