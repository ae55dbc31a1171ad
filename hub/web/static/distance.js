// Distances from the reader's own position. It is reckoned here: the position is neither sent nor kept.
"use strict";
(() => {
  const form = document.querySelector("form.near");
  if (!form || !navigator.geolocation) return;
  const status = form.querySelector("[role=status]");
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const kilometres = (a, b) => {
    const north = radians(b.latitude - a.latitude);
    const east = radians(b.longitude - a.longitude);
    const half =
      Math.sin(north / 2) ** 2 +
      Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(east / 2) ** 2;
    return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(half)));
  };
  const written = (distance) =>
    new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: distance < 10 ? 2 : 3 }).format(
      distance,
    ) + " km";

  const show = (here) => {
    for (const list of document.querySelectorAll("[data-distances]")) {
      const items = [...list.children].map((element, place) => {
        const { latitude, longitude } = element.dataset;
        const known = latitude !== undefined;
        const distance = known ? kilometres(here, { latitude: +latitude, longitude: +longitude }) : Infinity;
        const told = element.querySelector(".distance");
        if (told) told.textContent = known ? written(distance) : "";
        return { element, distance, place };
      });
      items.sort((a, b) => (a.distance === b.distance ? a.place - b.place : a.distance - b.distance));
      list.append(...items.map((item) => item.element));
    }
    status.textContent = form.dataset.kept;
  };

  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = form.dataset.locate;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      (found) => show(found.coords),
      () => (status.textContent = form.dataset.refused),
      { maximumAge: 600000, timeout: 15000 },
    );
  });
  form.querySelector("div").append(button);
})();
