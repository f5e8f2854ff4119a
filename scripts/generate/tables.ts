/** Markdown tables, and the places in a document where generated ones stand. */

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Replaces what stands between `<!-- table: NAME -->` and `<!-- end -->`. Throws when a table has no place. */
export function withTables(document: string, tables: Readonly<Record<string, string>>): string {
  let text = document;
  for (const [name, table] of Object.entries(tables)) {
    const start = `<!-- table: ${name} -->\n`;
    const from = text.indexOf(start);
    const to = text.indexOf('<!-- end -->', from);
    if (from < 0 || to < 0) throw new Error(`Cannot place table ${name}: no "${start.trim()}" … "<!-- end -->"`);
    text = `${text.slice(0, from)}${start}${table}\n${text.slice(to)}`;
  }
  return text;
}
