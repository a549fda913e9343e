import { resolve } from 'node:path'
import { userInfo } from 'node:os'
import { AnvcsError } from '../../contracts/errors.ts'
import type { MemberKeyView } from '../../repository/member-key.ts'
import type { SigningPlaces } from '../../repository/signing-key.ts'
import type { CliContext } from '../context.ts'
import { defineCommand, defineGroup } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { optionalText, word } from '../parameters.ts'

const showCommand = defineCommand({
  brief: 'Show your member key',
  examples: [['ai-vcs key show', 'DID, fingerprint and public key']],
  flags: {},
  run: async (context) => {
    const { showMemberKey } = await import('../../repository/member-key.ts')
    print(context, await showMemberKey(await placesOf(context)))
  },
})

const createCommand = defineCommand<{ comment?: string }>({
  brief: 'Make a member key; one that is there is never replaced',
  examples: [['ai-vcs key create --comment ada@example.org', 'with a comment that others see']],
  flags: { comment: optionalText('What stands beside the key; your user name unless told', 'text') },
  run: async (context, { comment = userName() }) => {
    const { makeMemberKey } = await import('../../repository/member-key.ts')
    print(context, await makeMemberKey(await placesOf(context), comment))
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
    print(context, await importMemberKey(await placesOf(context), resolve(context.folder, file)))
  },
})

const useCommand = defineCommand<object, [string]>({
  brief: 'Sign with a key that you have: a file of OpenSSH, or one in an SSH agent',
  about:
    'The key stays where it is. One with a passphrase is used through ssh-keygen, which asks the agent or you. Members of rooms have\nEd25519 keys; a key of another type signs commits outside of rooms. Rooms know you by your key: with another one you are another\nmember, and join them again. In other repositories run `ai-vcs init` again, so that Git knows the key there.',
  examples: [
    ['ai-vcs key use ~/.ssh/id_ed25519', 'a key of your own'],
    ['ai-vcs key use agent:SHA256:0ijX...', 'one that `ssh-add -l` lists'],
    ['ai-vcs key use own', 'the one that `ai-vcs key create` made'],
  ],
  flags: {},
  positional: {
    kind: 'tuple',
    parameters: [word('A private or public key file, agent:FINGERPRINT, or own', 'key')],
  },
  run: async (context, _, name) => {
    const { useMemberKey } = await import('../../repository/member-key.ts')
    const key = await useMemberKey(await placesOf(context), name, resolve(context.folder, name))
    await allowHere(context, key)
    print(context, key)
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
    const { publicKey } = await showMemberKey(await placesOf(context))
    const line = format === 'public' ? publicKey : await allowedLine(context, publicKey, email)
    context.output.result({ format, line }, () => line)
  },
})

export const keyRoutes = defineGroup({
  brief: 'Show, make, import, choose or export your member key',
  about: 'Others know you by this key: it signs your commits, and you join rooms with it.',
  examples: [
    ['ai-vcs key', 'who you are'],
    ['ai-vcs key use ~/.ssh/id_ed25519', 'sign with a key that you have'],
    ['ai-vcs key export', 'the public key, for a forge'],
  ],
  commands: {
    show: showCommand,
    create: createCommand,
    import: importCommand,
    use: useCommand,
    export: exportCommand,
  },
  preset: 'show',
})

async function allowedLine(context: CliContext, publicKey: string, email: string | undefined): Promise<string> {
  const address = email ?? (await withWorkspace(context, (workspace) => Promise.resolve(workspace.person.email)))
  if (!/^[^\s"]+@[^\s"]+$/.test(address)) throw new AnvcsError('USAGE', { message: `${address} is no e-mail address.` })
  return `${address} namespaces="git" ${publicKey.split(' ').slice(0, 2).join(' ')}`
}

async function placesOf({ environment, isAttended }: CliContext): Promise<SigningPlaces> {
  const { configFolder } = await import('../../node/config-folder.ts')
  return { configFolder: configFolder(environment), environment, isAttended }
}

/** Lets Git know the key in this repository, if there is one here that is set up. */
async function allowHere(context: CliContext, { publicKey }: MemberKeyView): Promise<void> {
  const { allowOwnKey } = await import('../../repository/allow-signers.ts')
  const { readInstalled } = await import('../../repository/installed.ts')
  try {
    await withWorkspace(context, async ({ git, person: { email } }) => {
      if (!(await readInstalled(git.dataDir))) return
      await allowOwnKey(git, { email, publicKey: publicKey.split(' ').slice(0, 2).join(' ') })
    })
  } catch (error) {
    if (!AnvcsError.is(error, 'NOT_A_REPOSITORY')) throw error
  }
}

function print({ output }: CliContext, key: MemberKeyView): void {
  output.result(key, () =>
    [
      `did          ${key.did ?? 'none: members of rooms have Ed25519 keys'}`,
      `fingerprint  ${key.fingerprint}`,
      `public key   ${key.publicKey}`,
      `file         ${key.path}`,
    ].join('\n'),
  )
}

/** A process may run as a user whom the system does not list, as in a container. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'unnamed'
  }
}
