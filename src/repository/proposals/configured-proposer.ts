import { AnvcsError } from '../../contracts/errors.ts'
import type { MergeProposer } from '../../contracts/merge-proposer.ts'
import { settingsOf } from '../read-settings.ts'
import type { Settings } from '../settings.ts'
import type { Workspace } from '../workspace.ts'
import { commandProposer } from './command-proposer.ts'
import { httpProposer } from './http-proposer.ts'
import { recordingProposer, replayingProposer } from './recorded-proposer.ts'

/** The proposer of the user's settings: no repository has a say in it. Throws PROPOSER_MISSING where there is none, and CONFIG_INVALID. */
export async function proposerOf(workspace: Workspace): Promise<MergeProposer> {
  const { values } = await settingsOf(workspace)
  const { 'proposer.replay': replay, 'proposer.record': record } = values
  if (replay) return replayingProposer(replay)
  const proposer = live(workspace, values)
  return record ? recordingProposer(proposer, record) : proposer
}

function live({ git, environment }: Workspace, values: Settings): MergeProposer {
  const { 'proposer.command': command, 'proposer.url': url, 'proposer.keyVariable': keyVariable } = values
  const timeoutMs = values['proposer.timeoutSeconds'] * 1000
  if (command.length) {
    const model = values['proposer.model'] || command[0]!.split('/').at(-1)!
    return commandProposer({ command, model, folder: git.workTree, environment, timeoutMs })
  }
  if (!url) throw new AnvcsError('PROPOSER_MISSING')
  const model = values['proposer.model']
  if (!model)
    throw new AnvcsError('CONFIG_INVALID', {
      message: 'The proposer has an address and no model.',
      hint: 'Set `proposer.model` in your config.yaml.',
    })
  const key = keyVariable ? environment[keyVariable] : undefined
  if (keyVariable && !key)
    throw new AnvcsError('CONFIG_INVALID', {
      message: `The variable ${keyVariable} is not set.`,
      hint: 'It holds the key for the proposer; see `proposer.keyVariable`.',
    })
  if (key && !isConfidential(new URL(url)))
    throw new AnvcsError('CONFIG_INVALID', {
      message: 'A key is not sent without encryption to another machine.',
      hint: 'Use an https:// address in `proposer.url`, or no `proposer.keyVariable`.',
    })
  return httpProposer({ url, model, key, timeoutMs })
}

function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
