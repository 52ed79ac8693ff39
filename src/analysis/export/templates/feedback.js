// The feedback form sends nothing: it puts together a file and the text of a mail, to be sent in by hand.
document.querySelectorAll('[data-feedback]').forEach(form => {
  const field = name => form.querySelector('[name=' + name + ']');
  const made = form.querySelector('[data-made]');
  const urls = [];
  const offer = (name, type, text) => {
    const link = form.querySelector('[data-save=' + name + ']');
    const url = URL.createObjectURL(new Blob([text], { type }));
    urls.push(url);
    link.href = url; link.download = form.dataset.file + '.' + name;
  };
  form.querySelector('[data-make]').addEventListener('click', () => {
    const said = field('said');
    if (!said.value.trim()) { said.setAttribute('aria-invalid', 'true'); said.focus(); return; }
    said.removeAttribute('aria-invalid');
    while (urls.length) URL.revokeObjectURL(urls.pop());
    const names = ['document', 'section', 'kind', 'contact', 'said'];
    const content = { form: form.dataset.feedback, publication: form.dataset.publication };
    names.forEach(name => { content[name] = field(name).value.trim(); });
    const lines = [form.dataset.label + form.dataset.publication];
    names.forEach(name => lines.push(field(name).dataset.label + content[name]));
    const text = lines.join('\r\n') + '\r\n';
    offer('json', 'application/json', JSON.stringify(content, null, 1) + '\n');
    offer('txt', 'text/plain;charset=utf-8', '\ufeff' + text);
    field('mail').value = text;
    const mail = form.querySelector('[data-mail]');
    if (mail) mail.href = 'mailto:' + mail.dataset.mail + '?subject=' + encodeURIComponent(form.dataset.file) + '&body=' + encodeURIComponent(text);
    made.hidden = false;
  });
});
