import { AnvcsError } from '../../contracts/errors.ts'
import type { Guard } from '../../repository/guards/guard.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import type { ReadSettings } from '../../repository/read-settings.ts'
import type { CliContext } from '../context.ts'
import { defineCommand, defineGroup } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { optionalText, settingWord } from '../parameters.ts'

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
  positional: { kind: 'tuple', parameters: [settingWord('As `config list` has it', 'name')] },
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

const trustGuardsCommand = defineCommand<{ digest?: string }>({
  brief: 'Allow the guards that the repository lists to run',
  about:
    'Shows the commands of the section `guards` in ai-vcs.config.yaml and asks whether `merge --test-check` may run them. The answer is about just these:\nif the list changes, it is asked for again. Guards run with your rights, and run code of the branches that are merged.',
  examples: [
    ['ai-vcs config trust-guards', 'look at them, and say yes'],
    ['ai-vcs config trust-guards --digest 3f2a…', 'the same in a script: the whole digest that was shown'],
  ],
  flags: { digest: optionalText('The digest of the list that is meant, in the place of a yes', 'digest') },
  run: async (context, { digest: meant }) => {
    const { readGuards } = await import('../../repository/guards/configured-guards.ts')
    const { trustGuards } = await import('../../repository/guards/trusted-guards.ts')
    const { output } = context
    await withWorkspace(context, async (workspace) => {
      const { listed, digest, isTrusted } = await readGuards(workspace)
      const list = listed.map(guardLine).join('\n')
      if (!listed.length || isTrusted) {
        output.result({ guards: listed, digest, isTrusted }, () =>
          listed.length ? `${list}\nThese may run.` : 'The repository lists no guards.',
        )
        return
      }
      if (meant === undefined) output.result({ guards: listed, digest, isTrusted }, () => `${list}\ndigest ${digest}`)
      const how = `Look at the list, and give \`--digest ${digest}\`.`
      const isMeant = meant === undefined ? await context.confirm('May these run?', how) : meant === digest
      if (!isMeant)
        throw new AnvcsError('GUARDS_UNTRUSTED', {
          message:
            meant === undefined ? 'They may not run.' : 'That is not the digest of the guards that are listed now.',
          details: { digest },
        })
      await trustGuards(workspace.configFolder, workspace.git.commonDir, digest)
      output.result({ guards: listed, digest, isTrusted: true }, () => 'These may run now.')
    })
  },
})

function guardLine({ name, run, writes }: Guard): string {
  const files = writes.length ? ` (writes ${writes.map(escapeLine).join(', ')})` : ''
  return `  ${escapeLine(name)}: ${commandText(run)}${files}`
}

function commandText(run: string | readonly string[]): string {
  return escapeLine(typeof run === 'string' ? run : JSON.stringify(run))
}

export const configRoutes = defineGroup({
  brief: 'Show settings and where they come from; allow guards',
  about: 'Nothing here writes settings: ai-vcs.config.yaml in the repository and your own config.yaml are edited.',
  examples: [
    ['ai-vcs config', 'what counts here, and why'],
    ['ai-vcs config get room.follow', 'one value, for a script'],
  ],
  commands: { list: listCommand, get: getCommand, 'trust-guards': trustGuardsCommand },
  preset: 'list',
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
