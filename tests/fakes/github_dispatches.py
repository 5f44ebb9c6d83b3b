"""What GitHub takes as a dispatch, and what it refuses about one."""

import json
from typing import Any

from tests.fakes.github_runs import Wrong

WORKFLOW = "publish.yml"
# As docs/github-workflow.yml declares them.
INPUTS = frozenset(
    {"video_id", "schedule_id", "attempt", "nonce", "title", "description", "hashtags", "file", "callback_url", "due"}
)
_EVENT_TYPE_MOST = 100
_PROPERTIES_MOST = 10
_PAYLOAD_BELOW = 65_536


def repository_dispatch(body: Any) -> dict[str, Any]:
    """The payload of an event."""
    _only(body, {"event_type", "client_payload"})
    event_type, payload = body.get("event_type"), body.get("client_payload", {})
    if not isinstance(event_type, str) or not 1 <= len(event_type) <= _EVENT_TYPE_MOST:
        raise _invalid(f"For 'properties/event_type', {json.dumps(event_type)} is not a string of 1 to 100 characters.")
    if not isinstance(payload, dict):
        raise _invalid(f"For 'properties/client_payload', {json.dumps(payload)} is not an object.")
    if len(payload) > _PROPERTIES_MOST:
        raise _invalid(f"No more than {_PROPERTIES_MOST} properties are allowed; {len(payload)} were supplied.")
    if len(json.dumps(payload, ensure_ascii=False).encode()) >= _PAYLOAD_BELOW:
        raise Wrong(422, "client_payload is too large.")
    return payload


def workflow_dispatch(workflow: str, body: Any, *, enterprise: bool) -> tuple[dict[str, str], bool]:
    """The inputs of a workflow, and whether the answer shall tell the run."""
    if workflow != WORKFLOW:
        raise Wrong(404, "Not Found")
    _only(body, {"ref", "inputs"} if enterprise else {"ref", "inputs", "return_run_details"})
    inputs: dict[str, str] = body.get("inputs", {})
    if body.get("ref") != "main":
        raise Wrong(422, f"No ref found for: {body.get('ref')}")
    unexpected = sorted(set(inputs) - INPUTS)
    if unexpected:
        raise Wrong(422, f"Unexpected inputs provided: {json.dumps(unexpected)}")
    if not all(isinstance(value, str) for value in inputs.values()):
        raise _invalid("For 'properties/inputs', a value is not a string.")
    if sum(map(len, inputs.values())) >= _PAYLOAD_BELOW:
        raise Wrong(422, "inputs are too large.")
    return inputs, bool(body.get("return_run_details"))


def _only(body: Any, known: set[str]) -> None:
    if not isinstance(body, dict):
        raise Wrong(400, "Problems parsing JSON")
    for name in body:
        if name not in known:
            raise _invalid(f'"{name}" is not a permitted key.')


def _invalid(what: str) -> Wrong:
    return Wrong(422, f"Invalid request.\n\n{what}")
