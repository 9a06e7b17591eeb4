/** What to do when a thread's script is not found. */
export const threadUrlHint =
  'In a bundle, make "atelier/thread" an entry of its own and give its address as the option threadUrl (docs/library.md).'
