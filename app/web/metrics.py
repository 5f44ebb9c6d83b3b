"""Numbers for operators in Prometheus' text format: requests by route, and what areas register."""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Request, Response, get
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.web.guards import viewer

_MEDIA_TYPE = "text/plain; version=0.0.4"  # the charset follows by itself
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """One number now; `name` in Prometheus' form, such as `daypart_targets`."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


Provider = Callable[[], Awaitable[Iterable[Sample]]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let an area add gauges to the metrics page; asked at each scrape."""
    if provider not in _providers:
        _providers.append(provider)


class Requests:
    """Counts requests and the time until each answer starts, by method, route and status."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self.app = app
        self._seconds = Histogram(
            "daypart_http_request_seconds",
            "Time from a request to the start of its answer.",
            ("method", "route", "status"),
            registry=registry,
            buckets=_BUCKETS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure, then pass on."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        started = time.monotonic()

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = scope.get("path_template") or "unmatched"
                labels = (scope["method"], route, str(message["status"]))
                self._seconds.labels(*labels).observe(time.monotonic() - started)
            await send(message)

        await self.app(scope, receive, measured)


class _Samples(Collector):
    def __init__(self, samples: list[Sample]) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Metric]:
        """The samples, those of one name together."""
        for name in dict.fromkeys(sample.name for sample in self._samples):
            same = [sample for sample in self._samples if sample.name == name]
            family = GaugeMetricFamily(name, same[0].help, labels=list(same[0].labels))
            for sample in same:
                family.add_metric([sample.labels[key] for key in same[0].labels], sample.value)
            yield family


@get("/metrics", guards=[viewer], include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """All numbers, for an API key of any role."""
    samples = [sample for provider in _providers for sample in await provider()]
    now = CollectorRegistry()
    now.register(_Samples(samples))
    body = generate_latest(request.app.state.metrics) + generate_latest(now)
    return Response(body, media_type=_MEDIA_TYPE, headers={"cache-control": "no-store"})
