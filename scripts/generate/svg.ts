/** The few shapes that the plots are made of. Numbers are pixels. */

interface Attributes {
  readonly [name: string]: string | number;
}

export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : value}"`,
  );
  return `<${name}${written.join('')}${content === '' ? '/>' : `>${content}</${name}>`}`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return element('text', { x, y, ...attributes }, escaped);
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke = '#dddddd'): string {
  return element('line', { x1, y1, x2, y2, stroke });
}

export interface Sheet {
  /** Said to those who do not see the picture. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
}

/** A white sheet, so that it can be read on a dark page as well. */
export function sheet({ title, width, height }: Sheet, parts: readonly string[]): string {
  const style = 'font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#222222"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${style}>`,
    element('title', {}, title),
    element('rect', { width, height, fill: '#ffffff' }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
