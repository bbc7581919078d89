/** One of several things, as a pill. */

interface Props {
  /** What is chosen among; the same for all of a set. */
  of: string;
  label: string;
  checked: boolean;
  onChoose: () => void;
}

export function Choice({ of, label, checked, onChoose }: Props) {
  return (
    <label class="choice">
      <input type="radio" name={of} checked={checked} onChange={onChoose} />
      <span>{label}</span>
    </label>
  );
}
