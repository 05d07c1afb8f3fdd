"""Help and usage errors in the configured language: click's own texts are English."""

from __future__ import annotations

from typing import Any

import click

from labelsvc.cli.messages import nearest, say

EXIT_USAGE = 2
HELP = "help"
_HEADINGS = {"Options": "usage.options", "Commands": "usage.commands"}
_METAVARS = {"[OPTIONS]": "usage.options_metavar", "COMMAND [ARGS]...": "usage.command_metavar"}


class TranslatedFormatter(click.HelpFormatter):
    """Writes the texts around the help."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, say("usage.usage") + " ")

    def write_heading(self, heading: str) -> None:
        """Write the heading of the options or the commands."""
        super().write_heading(say(_HEADINGS[heading]) if heading in _HEADINGS else heading)


class TranslatedContext(click.Context):
    """A context with translated help."""

    formatter_class = TranslatedFormatter


class TranslatedOption(click.Option):
    """An option whose help sentence says everything: default, range and whether it is required."""

    def get_help_extra(self, ctx: click.Context) -> Any:
        """Add nothing to the sentence."""
        return {}


class _Translated(click.Command):
    context_class = TranslatedContext

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what follows the command's name in its usage."""
        return [say(_METAVARS[piece]) if piece in _METAVARS else piece for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help`` with a sentence."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("usage.help")
        return option


class TranslatedCommand(_Translated):
    """A command with translated help that names unexpected arguments."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; UsageError names unexpected ones."""
        ctx.allow_extra_args = True
        try:
            left = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # the parser of options leaves it out
            raise
        if left and not ctx.resilient_parsing:
            raise click.UsageError(say("usage.surplus", words=" ".join(left)), ctx)
        return left


class TranslatedGroup(_Translated, click.Group):
    """A group with translated help that suggests the nearest command."""

    command_class = TranslatedCommand

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments: ``help …`` is ``… --help``, and no command at all shows the help."""
        if args[:1] == [HELP]:
            args = [*(word for word in args if word != HELP), "--help"]
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(EXIT_USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command of that name."""
        known = self.list_commands(ctx)
        if args[0] not in known and not ctx.resilient_parsing:
            raise click.UsageError(
                say("usage.no_command", name=args[0], nearest=nearest(args[0], known), known=known), ctx
            )
        return super().resolve_command(ctx, args)


def show_fault(error: click.ClickException) -> None:
    """Print a usage error and a pointer to the help on standard error."""
    click.echo(_fault(error), err=True)
    context = getattr(error, "ctx", None)
    if context is not None:
        click.echo(say("usage.see", command=context.command_path), err=True)


def _fault(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    match error:
        case click.NoSuchOption():
            known = [name for param in context.command.get_params(context) for name in param.opts] if context else []
            return say("usage.no_option", option=error.option_name, nearest=nearest(error.option_name, known))
        case click.MissingParameter(param=param) if param is not None:
            return say("usage.missing", name=_name(param))
        case click.BadOptionUsage():
            flag = context is not None and any(
                error.option_name in param.opts and getattr(param, "is_flag", False) for param in context.command.params
            )
            return say("usage.takes_no_value" if flag else "usage.needs_value", option=error.option_name)
        case click.BadParameter(param=param) if param is not None:
            return say("usage.bad_value", name=_name(param), why=error.message)
    return error.message


def _name(param: click.Parameter) -> str:
    """Return an option as it is typed, or an argument as the usage names it."""
    return param.opts[-1] if isinstance(param, click.Option) else (param.metavar or param.name or "").strip("[].")
