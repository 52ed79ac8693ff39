// The chart library is fetched by this script, so that the page's policy need allow no script by its address.
(() => {
  const own = JSON.parse(document.getElementById('chart-data').textContent);
  const library = document.createElement('script');
  library.src = '../assets/plotly.min.js';
  library.onload = () => Plotly.newPlot('chart', own.data, own.layout,
    {responsive: true, displaylogo: false, modeBarButtonsToRemove: ['sendDataToCloud']});
  document.body.appendChild(library);
})();
