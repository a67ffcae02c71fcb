/** A flat list, as `writeHead` takes it fastest: name, value, name, value. */
export type HeaderList = readonly string[];

/** Each says what else an answer depends on, so none makes another untrue. */
const GATHERED = 'vary';

/**
 * Both lists, where a name of the second replaces what the first has under it, as headers that are
 * set one after the other do in the ConfigCat Proxy. But for `Vary`, which is gathered.
 */
export function overlaid(under: HeaderList, over: HeaderList): HeaderList {
  const names = namesIn(over);
  names.delete(GATHERED);
  const left = under.filter((_text, index) => {
    const name = under[index - (index % 2)];
    return name === undefined || !names.has(name.toLowerCase());
  });
  return [...left, ...over];
}

function namesIn(list: HeaderList): Set<string> {
  return new Set(list.filter((_text, index) => index % 2 === 0).map((name) => name.toLowerCase()));
}
