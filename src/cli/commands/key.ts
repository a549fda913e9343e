import { resolve } from 'node:path'
import { userInfo } from 'node:os'
import { buildRouteMap } from '@stricli/core'
import { AnvcsError } from '../../contracts/errors.ts'
import type { MemberKeyView } from '../../repository/member-key.ts'
import type { CliContext } from '../context.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { optionalText, word } from '../parameters.ts'

const showCommand = defineCommand({
  brief: 'Show your member key',
  examples: [['ai-vcs key show', 'DID, fingerprint and public key']],
  flags: {},
  run: async (context) => {
    const { showMemberKey } = await import('../../repository/member-key.ts')
    print(context, await showMemberKey(await folderOf(context)))
  },
})

const createCommand = defineCommand<{ comment?: string }>({
  brief: 'Make a member key; one that is there is never replaced',
  examples: [['ai-vcs key create --comment ada@example.org', 'with a comment that others see']],
  flags: { comment: optionalText('What stands beside the key; your user name unless told', 'text') },
  run: async (context, { comment = userInfo().username }) => {
    const { makeMemberKey } = await import('../../repository/member-key.ts')
    print(context, await makeMemberKey(await folderOf(context), comment))
  },
})

const importCommand = defineCommand<object, [string]>({
  brief: 'Use an Ed25519 key of OpenSSH that you have',
  about: 'The key must have no passphrase. It is copied; the file that you name stays as it is.',
  examples: [['ai-vcs key import ~/.ssh/id_ed25519', 'sign as with ssh']],
  flags: {},
  positional: { kind: 'tuple', parameters: [word('The private key', 'file')] },
  run: async (context, _, file) => {
    const { importMemberKey } = await import('../../repository/member-key.ts')
    print(context, await importMemberKey(await folderOf(context), resolve(context.folder, file)))
  },
})

type Format = 'public' | 'allowed-signers'

const exportCommand = defineCommand<{ format: Format; email?: string }>({
  brief: 'Print the public key for others',
  examples: [
    ['ai-vcs key export', 'a line for a forge'],
    ['ai-vcs key export --format allowed-signers', 'a line for gpg.ssh.allowedSignersFile'],
  ],
  flags: {
    format: { kind: 'enum', values: ['public', 'allowed-signers'], default: 'public', brief: 'For whom' },
    email: optionalText('Whose key it is; user.email of Git unless told', 'address'),
  },
  run: async (context, { format, email }) => {
    const { showMemberKey } = await import('../../repository/member-key.ts')
    const { publicKey } = await showMemberKey(await folderOf(context))
    const line = format === 'public' ? publicKey : await allowedLine(context, publicKey, email)
    context.output.result({ format, line }, () => line)
  },
})

export const keyRoutes = buildRouteMap({
  routes: { show: showCommand, create: createCommand, import: importCommand, export: exportCommand },
  defaultCommand: 'show',
  docs: { brief: 'Show, make, import or export your member key' },
})

async function allowedLine(context: CliContext, publicKey: string, email: string | undefined): Promise<string> {
  const address = email ?? (await withWorkspace(context, (workspace) => Promise.resolve(workspace.person.email)))
  if (!/^[^\s"]+@[^\s"]+$/.test(address)) throw new AnvcsError('USAGE', { message: `${address} is no e-mail address.` })
  return `${address} namespaces="git" ${publicKey.split(' ').slice(0, 2).join(' ')}`
}

async function folderOf({ environment }: CliContext): Promise<string> {
  const { configFolder } = await import('../../node/config-folder.ts')
  return configFolder(environment)
}

function print({ output }: CliContext, key: MemberKeyView): void {
  output.result(key, () =>
    [
      `did          ${key.did}`,
      `fingerprint  ${key.fingerprint}`,
      `public key   ${key.publicKey}`,
      `file         ${key.path}`,
    ].join('\n'),
  )
}
