"""Where things lie on a developer's machine: package caches, global installs, editors, what starts by itself.

Data, one line a kind. Patterns are those of `host.Host.find`; a pattern that does not fit the machine's system finds
nothing. `$NAME/…` counts on the machine itself, for who has moved a cache by the client's own variable.
"""

# ruff: noqa: E501, S108
# A line of the table is a line; what is named here is looked into and never written.

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A kind of place, and the patterns under which it is found."""

    kind: str
    """Reader in the report's ledger."""
    reader: str
    """Which function reads it: see pipeline.host."""
    where: tuple[str, ...]


DROPPED = "dropped"

PLACES: tuple[Place, ...] = (
    # What was downloaded
    Place("npm-cache", "npm_cache", ("~/.npm/_cacache/index-v5", "%LOCALAPPDATA%/npm-cache/_cacache/index-v5", "%APPDATA%/npm-cache/_cacache/index-v5", "$npm_config_cache/_cacache/index-v5")),
    Place("npx-cache", "node_modules", ("~/.npm/_npx/*/node_modules", "%LOCALAPPDATA%/npm-cache/_npx/*/node_modules")),
    Place("yarn-cache", "node_modules", ("~/.cache/yarn/v*", "~/Library/Caches/Yarn/v*", "%LOCALAPPDATA%/Yarn/Cache/v*", "$YARN_CACHE_FOLDER/v*")),
    Place("yarn-berry-cache", "yarn_berry", ("~/.yarn/berry/cache", "%LOCALAPPDATA%/Yarn/Berry/cache")),
    Place("pnpm-store", "pnpm_store", ("~/.local/share/pnpm/store/v*", "~/.pnpm-store/v*", "~/Library/pnpm/store/v*", "%LOCALAPPDATA%/pnpm/store/v*", "$PNPM_HOME/store/v*")),
    Place("bun-cache", "bun_cache", ("~/.bun/install/cache",)),
    Place("pip-cache", "pip_cache", ("~/.cache/pip", "~/Library/Caches/pip", "%LOCALAPPDATA%/pip/Cache", "$PIP_CACHE_DIR")),
    Place("uv-cache", "uv_cache", ("~/.cache/uv", "~/Library/Caches/uv", "%LOCALAPPDATA%/uv/cache", "$UV_CACHE_DIR")),
    Place("cargo-cache", "cargo_cache", ("~/.cargo/registry/cache", "$CARGO_HOME/registry/cache")),
    Place("go-cache", "go_cache", ("~/go/pkg/mod/cache/download", "$GOMODCACHE/cache/download", "$GOPATH/pkg/mod/cache/download")),
    Place("gem", "gems", ("~/.gem/ruby/*/specifications", "~/.local/share/gem/ruby/*/specifications", "/var/lib/gems/*/specifications", "~/.rbenv/versions/*/lib/ruby/gems/*/specifications", "~/.rvm/gems/*/specifications", "~/.asdf/installs/ruby/*/lib/ruby/gems/*/specifications", "/usr/local/lib/ruby/gems/*/specifications", "/opt/homebrew/lib/ruby/gems/*/specifications", "/Library/Ruby/Gems/*/specifications", "$GEM_HOME/specifications")),
    Place("maven-repository", "maven_repository", ("~/.m2/repository",)),
    Place("gradle-cache", "gradle_cache", ("~/.gradle/caches/modules-2/files-2.1", "$GRADLE_USER_HOME/caches/modules-2/files-2.1")),
    Place("nuget-packages", "nuget_packages", ("~/.nuget/packages", "$NUGET_PACKAGES")),
    # What is installed for everybody or for one person
    Place("npm-global", "node_modules", ("/usr/lib/node_modules", "/usr/local/lib/node_modules", "/opt/homebrew/lib/node_modules", "~/.npm-global/lib/node_modules", "~/.nvm/versions/node/*/lib/node_modules", "~/.local/share/fnm/node-versions/*/installation/lib/node_modules", "~/.asdf/installs/nodejs/*/lib/node_modules", "~/.volta/tools/image/packages", "%APPDATA%/npm/node_modules", "~/.local/share/pnpm/global/*/node_modules", "~/.bun/install/global/node_modules", "~/.config/yarn/global/node_modules", "$npm_config_prefix/lib/node_modules")),
    Place("python-global", "site_packages", ("~/.local/lib/python*/site-packages", "~/Library/Python/*/lib/python/site-packages", "%APPDATA%/Python/Python*/site-packages", "/usr/lib/python3/dist-packages", "/usr/lib/python3*/site-packages", "/usr/local/lib/python3*/dist-packages", "/usr/local/lib/python3*/site-packages", "/opt/homebrew/lib/python3*/site-packages", "~/.pyenv/versions/*/lib/python3*/site-packages", "%LOCALAPPDATA%/Programs/Python/Python*/Lib/site-packages")),
    Place("pipx", "site_packages", ("~/.local/pipx/venvs/*/lib/python*/site-packages", "~/.local/share/pipx/venvs/*/lib/python*/site-packages", "~/pipx/venvs/*/Lib/site-packages", "$PIPX_HOME/venvs/*/lib/python*/site-packages")),
    Place("uv-tools", "site_packages", ("~/.local/share/uv/tools/*/lib/python*/site-packages", "%APPDATA%/uv/tools/*/Lib/site-packages")),
    Place("editor-extensions", "extensions", ("~/.vscode/extensions", "~/.vscode-insiders/extensions", "~/.vscode-oss/extensions", "~/.vscode-server/extensions", "~/.vscode-server-insiders/extensions", "~/.cursor/extensions", "~/.cursor-server/extensions", "~/.windsurf/extensions", "~/.windsurf-server/extensions", "~/.trae/extensions", "~/.kiro/extensions", "~/.antigravity/extensions", "~/.positron/extensions", "~/.local/share/code-server/extensions")),
    Place("chrome-extensions", "chrome_extensions", ("~/.config/google-chrome/*/Extensions", "~/.config/chromium/*/Extensions", "~/.config/BraveSoftware/Brave-Browser/*/Extensions", "~/.config/microsoft-edge/*/Extensions", "~/Library/Application Support/Google/Chrome/*/Extensions", "~/Library/Application Support/BraveSoftware/Brave-Browser/*/Extensions", "~/Library/Application Support/Microsoft Edge/*/Extensions", "%LOCALAPPDATA%/Google/Chrome/User Data/*/Extensions", "%LOCALAPPDATA%/BraveSoftware/Brave-Browser/User Data/*/Extensions", "%LOCALAPPDATA%/Microsoft/Edge/User Data/*/Extensions")),
)  # fmt: skip

SEARCHED: tuple[Place, ...] = (
    # Files whose names, digests and texts are asked of the campaigns' indicators: what starts by itself …
    Place("autorun", "files", (
        "~/.config/systemd/user/*", "~/.local/share/systemd/user/*", "~/.config/autostart/*", "/etc/systemd/system/*", "/etc/cron.d/*", "/etc/crontab",
        "/var/spool/cron/*", "/var/spool/cron/crontabs/*", "/etc/profile.d/*", "/etc/rc.local", "/etc/ld.so.preload",
        "~/Library/LaunchAgents/*", "/Library/LaunchAgents/*", "/Library/LaunchDaemons/*",
        "%APPDATA%/Microsoft/Windows/Start Menu/Programs/Startup/*", "%PROGRAMDATA%/Microsoft/Windows/Start Menu/Programs/Startup/*", "/Windows/System32/Tasks/*",
        "~/.bashrc", "~/.bash_profile", "~/.bash_login", "~/.bash_logout", "~/.profile", "~/.zshrc", "~/.zshenv", "~/.zprofile", "~/.zlogin", "~/.config/fish/config.fish", "~/.config/fish/conf.d/*",
        "~/Documents/WindowsPowerShell/*.ps1", "~/Documents/PowerShell/*.ps1",
    )),
    # … what editors and agents run …
    Place("editor-and-agent-settings", "files", (
        "~/.claude/settings.json", "~/.claude/settings.local.json", "~/.claude/*.js", "~/.claude/*.sh", "~/.claude/hooks/*", "~/.claude.json", "~/.cursor/mcp.json", "~/.cursor/hooks.json", "~/.gemini/settings.json", "~/.codex/config.toml", "~/.mcp.json",
        "~/.vscode/*.json", "~/.vscode/*.js", "~/.config/Code/User/*.json", "~/.config/Cursor/User/*.json", "~/Library/Application Support/Code/User/*.json", "~/Library/Application Support/Cursor/User/*.json", "%APPDATA%/Code/User/*.json", "%APPDATA%/Cursor/User/*.json",
        "~/.gitconfig", "~/.config/git/config", "~/.config/git/hooks/*", "~/.git-templates/hooks/*", "~/.npmrc", "~/.yarnrc.yml", "~/.config/pip/pip.conf",
    )),
    # … what Python runs whenever it starts …
    Place("python-startup", "files", (
        "~/.local/lib/python*/site-packages/*.pth", "/usr/lib/python3/dist-packages/*.pth", "/usr/local/lib/python3*/*-packages/*.pth", "~/.pyenv/versions/*/lib/python3*/site-packages/*.pth",
        "~/.local/lib/python*/site-packages/*customize.py", "/usr/local/lib/python3*/*-packages/*customize.py", "%APPDATA%/Python/Python*/site-packages/*.pth",
    )),
    # … and where droppers leave their things.
    Place(DROPPED, "files", ("~/*", "~/.local/bin/*", "~/.config/*", "/tmp/*", "/var/tmp/*", "/dev/shm/*", "/private/tmp/*", "/private/var/tmp/*", "/Library/Caches/*", "~/Library/Caches/*", "%TEMP%/*", "%APPDATA%/*", "%LOCALAPPDATA%/*", "%PROGRAMDATA%/*", "%PUBLIC%/*")),
)  # fmt: skip
