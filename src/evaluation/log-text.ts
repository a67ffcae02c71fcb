/** Text in indented lines. */
export class LogText {
  private text = '';
  private indent = '';

  append(text: string): this {
    this.text += text;
    return this;
  }

  line(text: string): this {
    this.text += `\n${this.indent}${text}`;
    return this;
  }

  /** Writes what is one step further in. */
  indented(write: () => void): this {
    const before = this.indent;
    this.indent += '  ';
    write();
    this.indent = before;
    return this;
  }

  toString(): string {
    return this.text;
  }
}
