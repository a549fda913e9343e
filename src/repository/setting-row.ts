/** How one setting is read. */
export interface SettingRow<T> {
  readonly summary: string
  readonly preset: T
  /** What it has to be, in words. */
  readonly wants: string
  /** The value, or undefined where it may not be that. */
  readonly read: (value: unknown) => T | undefined
  /** A cloned repository must not choose hosts or programs: such settings are the user's alone. */
  readonly isUsersOnly?: true
  /** A list that has what each place adds: nobody can take away what another one wants. */
  readonly isJoined?: true
}
