// Tables sort by their headings; a list with filters shows what matches all of them.
document.querySelectorAll('main table').forEach(table => {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 3) return;
  table.querySelectorAll('thead th').forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button'; button.className = 'sort';
    while (head.firstChild) button.appendChild(head.firstChild);
    head.appendChild(button);
    button.addEventListener('click', () => {
      const up = head.getAttribute('aria-sort') !== 'ascending';
      table.querySelectorAll('th').forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const key = row => (row.cells[column] ? row.cells[column].textContent.trim() : '');
      const number = text => { const found = text.replace(/,/g, '').match(/^[-−+]?\d+(\.\d+)?/); return found ? parseFloat(found[0].replace('−', '-')) : NaN; };
      [...body.rows].map((row, place) => [row, place]).sort(([a, i], [b, j]) => {
        const x = key(a), y = key(b), m = number(x), n = number(y);
        const order = isNaN(m) || isNaN(n) ? x.localeCompare(y, 'zh') : m - n;
        return (up ? order : -order) || i - j;
      }).forEach(([row]) => body.appendChild(row));
    });
  });
});
document.querySelectorAll('form.filters').forEach(form => form.addEventListener('submit', event => event.preventDefault()));
const filters = document.querySelectorAll('[data-filter]');
function show() {
  let left = 0;
  document.querySelectorAll('[data-row]').forEach(row => {
    const hit = [...filters].every(one => one.type === 'search'
      ? row.textContent.toLowerCase().includes(one.value.trim().toLowerCase())
      : !one.value || (row.dataset[one.dataset.filter] || '').split(' ').includes(one.value));
    row.hidden = !hit; left += hit;
  });
  const count = document.getElementById('left');
  if (count) count.textContent = left;
}
filters.forEach(one => one.addEventListener('input', show));
if (filters.length) show();
