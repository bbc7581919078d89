/** In the place of a list without rows. */
export function Empty({ words }: { words: string }) {
  // Other words are another paragraph: centred text that changes counts as text that moves.
  return (
    <p key={words} class="empty">
      {words}
    </p>
  );
}
