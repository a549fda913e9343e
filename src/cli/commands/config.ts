import { buildRouteMap } from '@stricli/core'
import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import type { ReadSettings } from '../../repository/read-settings.ts'
import type { CliContext } from '../context.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { word } from '../parameters.ts'

const listCommand = defineCommand({
  brief: 'List all settings with their values and where they come from',
  about:
    'Settings come from ai-vcs.config.yaml in the repository, then from your own config.yaml, then from AI_VCS_* variables; later ones\ncount. Keys and servers may only be set by you.',
  examples: [
    ['ai-vcs config list', 'what counts here'],
    ['AI_VCS_ROOM_AUTO_MERGE=offer ai-vcs config list', 'one setting by the environment'],
  ],
  flags: {},
  run: async (context) => {
    const { entries } = await settingsHere(context)
    context.output.result({ settings: entries }, () =>
      entries.map(({ name, value, origin, place }) => `${name} = ${shown(value)}  (${place ?? origin})`).join('\n'),
    )
  },
})

const getCommand = defineCommand<object, [string]>({
  brief: 'Print the value of one setting',
  examples: [['ai-vcs config get room.autoMerge', 'one value, for a script']],
  flags: {},
  positional: { kind: 'tuple', parameters: [word('As `config list` has it', 'name')] },
  run: async (context, _, name) => {
    const { entries } = await settingsHere(context)
    const entry = entries.find((one) => one.name === name)
    if (!entry)
      throw new AnvcsError('USAGE', {
        message: `There is no setting ${name}.`,
        hint: 'List them with `ai-vcs config list`.',
      })
    context.output.result(entry, () => shown(entry.value))
  },
})

export const configRoutes = () =>
  buildRouteMap({
    routes: { list: listCommand(), get: getCommand() },
    defaultCommand: 'list',
    docs: { brief: 'Show settings and where they come from' },
  })

/** Outside of a repository, too. */
async function settingsHere(context: CliContext): Promise<ReadSettings> {
  const { readSettings } = await import('../../repository/read-settings.ts')
  const { configFolder } = await import('../../node/config-folder.ts')
  const { environment } = context
  const workTree = await withWorkspace(context, (workspace) => Promise.resolve(workspace.git.workTree)).catch(
    (error: unknown) => {
      if (AnvcsError.is(error, 'NOT_A_REPOSITORY')) return undefined
      throw error
    },
  )
  const settings = await readSettings({ workTree, configFolder: configFolder(environment), environment })
  for (const warning of settings.warnings) context.output.warn(warning)
  return settings
}

function shown(value: unknown): string {
  return escapeLine(Array.isArray(value) ? value.join(',') : String(value))
}
