"use strict";
// "Use my location": <button type="button" class="second" hidden data-fills="near">Use my location</button> and an
// <output role="status"> after it. Fills the form's field of that name with "lat,lon", rounded to about a kilometre.
for (const button of document.querySelectorAll("button[data-fills]")) {
  if (!navigator.geolocation || !button.form) continue;
  const field = button.form.elements.namedItem(button.dataset.fills);
  const status = button.parentElement.querySelector("output");
  const say = (text) => { if (status) status.textContent = text; };
  button.hidden = !field;
  button.addEventListener("click", () => {
    say("Finding where you are…");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
        say("Your location is filled in.");
      },
      () => say("We could not find where you are. Type a suburb or town."),
      { maximumAge: 600000, timeout: 10000 },
    );
  });
}
