// A page as a full peer of a room: it holds keys, entries and files itself, and edits without a server.
import { AnvcsError, diffText, newIdentity, openRoom, parseTicket, type Room } from 'anvcs'
import { browserPlatform, fetchedGrammars, memoryStorage } from 'anvcs/browser'
import { signalingClient } from 'anvcs/signaling/client'
import { webrtcTransport } from 'anvcs/transports/webrtc'

const element = (id: string): HTMLElement => document.getElementById(id)!
const form = element('join')
const text = element('text') as HTMLTextAreaElement
const name = element('name') as HTMLInputElement
const ticket = element('ticket') as HTMLInputElement

name.value = localStorage.getItem('name') ?? ''
ticket.value = location.hash.slice(1)
form.addEventListener('submit', (event) => {
  event.preventDefault()
  localStorage.setItem('name', name.value)
  join(name.value, ticket.value).catch((error: unknown) => {
    say('not joined')
    element('problem').textContent = AnvcsError.is(error) ? `${error.message} ${error.hint}` : String(error)
  })
})

async function join(person: string, ticketText: string): Promise<void> {
  say('looking for the others …')
  element('problem').textContent = ''
  const room = await openRoom({
    ...browserPlatform,
    ...memoryStorage(),
    // Files of code that went apart are merged by their syntax, here as everywhere.
    grammars: fetchedGrammars(new URL('grammars/', location.href)),
    identity: newIdentity(browserPlatform, { name: person, email: `${crypto.randomUUID()}@page.invalid` }),
    ticket: ticketText,
  })
  room.events.on('problem', ({ message }) => (element('problem').textContent = message))
  // The ticket says where its room can be met.
  const urls = parseTicket(browserPlatform.crypto, ticketText)!.hints.filter((hint) => /^wss?:/.test(hint))
  room.meet(webrtcTransport(browserPlatform), signalingClient({ ...browserPlatform, urls }))
  await room.ready().catch(async (error: unknown) => {
    await room.close()
    throw error
  })
  form.hidden = true
  element('room').hidden = false
  element('title').textContent = `${room.genesis.branch} · room ${room.id.slice(0, 8)}`
  show(room)
}

function show(room: Room): void {
  let path: string | undefined
  let listed: readonly string[] = []
  /** What the text area held when it was last equal to the room: the base of what is typed next. */
  let shown = ''

  const open = (file: string): void => {
    path = file
    shown = room.files.text(file) ?? ''
    text.value = shown
    text.disabled = room.files.text(file) === undefined
    element('path').textContent = file
    listFiles()
    text.focus()
  }

  const listFiles = (): void => {
    listed = room.files.paths
    element('files').replaceChildren(
      ...listed.map((file) => {
        const button = document.createElement('button')
        button.textContent = file
        button.setAttribute('aria-current', String(file === path))
        button.addEventListener('click', () => open(file))
        return item(button)
      }),
    )
  }

  const listPeers = (): void => {
    const self = item('you')
    const others = room.peers.map(({ member, link }) => {
      const way = document.createElement('small')
      way.textContent = link.path
      return item(room.membership.personOf(member)?.name ?? 'unknown', way)
    })
    element('peers').replaceChildren(self, ...others)
    say(others.length ? `linked to ${others.length}` : 'alone; edits are kept until somebody comes', others.length > 0)
  }

  /** Only what differs is typed, against what this page has shown: what came meanwhile stays. */
  text.addEventListener('input', (event) => {
    if (path === undefined || (event instanceof InputEvent && event.isComposing)) return
    const base = shown
    shown = text.value
    room.files.write(path, text.value, base)
  })
  text.addEventListener('compositionend', () => text.dispatchEvent(new InputEvent('input')))

  room.events.on('changed', ({ paths, origin }) => {
    if (origin === 'remote' && paths.some((changed) => room.files.paths.includes(changed) !== listed.includes(changed)))
      listFiles()
    if (path === undefined || !paths.includes(path) || text.value !== shown) return
    text.disabled = room.files.text(path) === undefined
    const next = room.files.text(path) ?? ''
    if (next === shown) return
    const { selectionStart, selectionEnd, scrollTop } = text
    const changes = diffText(shown, next)
    shown = next
    text.value = next
    text.setSelectionRange(moved(selectionStart, changes), moved(selectionEnd, changes))
    text.scrollTop = scrollTop
  })
  room.events.on('peer', listPeers)
  listFiles()
  listPeers()
}

/** Where a position of the text lies after changes to it. */
function moved(position: number, changes: ReturnType<typeof diffText>): number {
  let offset = 0
  for (const { at, remove, insert } of changes) {
    if (at >= position) break
    offset += insert.length - Math.min(remove, position - at)
  }
  return position + offset
}

function item(...content: readonly (Node | string)[]): HTMLLIElement {
  const li = document.createElement('li')
  li.append(...content)
  return li
}

function say(state: string, isLinked = false): void {
  element('state').textContent = state
  element('state').classList.toggle('linked', isLinked)
}
