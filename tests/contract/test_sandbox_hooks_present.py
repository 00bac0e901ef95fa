"""Every hook is there, or its absence is named with the remedy."""

import pytest

from tests.contract.conftest import Program


def test_every_hook_is_where_it_was(in_ministack: Program) -> None:
    assert in_ministack("hooks.check(); print('all there')") == "all there"


def test_every_hook_that_is_gone_is_named_with_the_remedy(in_ministack: Program) -> None:
    said = in_ministack("""
        from sys import modules
        for hook in hooks.HOOKS:
            found = hook.get()
            delattr(modules[hook.module], hook.name)
            try:
                hooks.check()
            except hooks.HookMovedError as error:
                print(f"{hook.module}.{hook.name} is gone" in str(error), "requirements.txt" in str(error))
            setattr(modules[hook.module], hook.name, found)
        hooks.check()
        print(len(hooks.HOOKS))
    """).splitlines()

    assert set(said[:-1]) == {"True True"}
    assert len(said) - 1 == int(said[-1]) > 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "lambda_svc._execute_function_warm = lambda func: None",
            "_execute_function_warm takes ('func',), not ('func'",
        ),
        ("del router.SERVICE_PATTERNS['s3']", "SERVICE_PATTERNS has no row 's3'"),
        (
            "werkzeug_app.create_backend_app = lambda: None",
            "werkzeug_app.create_backend_app takes (), not ('service',)",
        ),
        ("sys.modules['moto.moto_server.werkzeug_app'] = None", "werkzeug_app.create_backend_app is gone"),
    ],
)
def test_a_hook_that_changed_is_named(in_ministack: Program, change: str, fault: str) -> None:
    said = in_ministack(f"""
        import sys
        {change}
        try:
            hooks.check()
        except hooks.HookMovedError as error:
            print(error)
    """)

    assert fault in said
