import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { generateHelpTextForAllCommands } from '@stricli/core'
import { createApp } from '../src/cli/app.ts'
import { settingNames, settingTable, settingVariable } from '../src/repository/settings.ts'

/** The text of docs/cli.md. */
export function cliDocument(): string {
  const commands = generateHelpTextForAllCommands(createApp() as never)
    .filter(([route]) => route !== 'ai-vcs')
    .map(([route, help]) => `### ${route}\n\n\`\`\`text\n${help.trim()}\n\`\`\`\n`)
  const settings = settingNames.map((name) => {
    const { summary, preset, wants, isUsersOnly } = settingTable[name]
    const value = Array.isArray(preset) || preset === '' ? 'none' : `\`${String(preset)}\``
    return [
      `\`${name}\``,
      `\`${settingVariable(name)}\``,
      `${summary}; ${wants}`,
      value,
      isUsersOnly ? 'you' : 'you, the repository',
    ]
  })
  return `${intro()}
## Settings

\`ai-vcs.config.yaml\` in the repository, then your own \`config.yaml\` (in \`AI_VCS_CONFIG_DIR\`, else \`~/.config/anvcs\`), then variables; later ones
count. A name with a dot is a section and a name in it. In strings, \`\${NAME}\` and \`\${NAME:-otherwise}\` stand for variables; in a repository's file only
for those that begin with \`AI_VCS_\`. Unknown names are warned of, wrong values are errors with their line. The section \`guards\` holds
commands: [guards](guides/guards.md).

${table([['setting', 'variable', 'meaning', 'default', 'may be set by'], ...settings])}

## Commands

${commands.join('\n')}`
}

const intro = (): string => `# The program \`ai-vcs\`

<!-- Generated from the help of the commands by \`npm run docs:cli\`; edit src/cli. -->

\`anvcs\` is the same program; \`ai-vcs help COMMAND\` tells of a command. Results go to stdout; progress, warnings, questions and errors to stderr. Git's words keep Git's meaning.
Colors need a terminal, and respect \`NO_COLOR\`, \`FORCE_COLOR\`, \`CI\` and \`TERM=dumb\`. Text of others is escaped before it is shown.

## JSON

Every command has \`--json\`: one value on stdout with \`schemaVersion\` (1), which goes up when a field changes its meaning or goes away; new
fields may come at any time. Commands that keep running print a line for each fact, with \`event\`; the first of \`collab start\` is
\`{"schemaVersion":1,"event":"room","room":…,"ticket":…}\`. Errors and warnings are lines on stderr: \`{"schemaVersion":1,"error":{"code":…,
"message":…,"hint":…,"details":…}}\`. Questions are not asked: what needs a yes says which flag gives it.

## Exit status

${table([
  ['status', 'meaning'],
  ['0', 'done'],
  ['1', 'a conflict, or findings: something is left to decide'],
  ['2', 'the request cannot be carried out as it was made'],
  ['3', 'the network was needed, and nobody was reachable'],
  ['4', 'a rule, a key or a signature forbids it'],
  ['5', 'a guard refused the result'],
  ['70', 'damaged data, a missing feature of this machine, or a fault of anvcs'],
  ['130', 'interrupted: Ctrl-C closes everything; a second one does not wait'],
  ['143', 'the same by SIGTERM; what runs until it is ended (`collab start`, `collab join`, `signal`) exits with 0'],
])}

Errors are one line, \`error CODE: message\`, and one with what to do next. The codes are those of [errors.md](errors.md).
`

/** A table with columns of one width, as the formatter wants it; the first row is its head. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`)
  return [lines[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.slice(1)].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync('docs/cli.md', cliDocument())
