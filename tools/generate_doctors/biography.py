"""Profile texts of 30 to 80 words: conditions and procedures of the specialty, no praise, no qualifications."""

PRONOUNS = {"female": "She", "male": "He", "other": "They"}
PATIENTS = ["adults and children", "patients of all ages", "adults", "families", "new and returning patients", "older adults and their families"]
OPENINGS = ["{name} is {practitioner} practising in {suburb}, {city}.", "{name} works as {practitioner} at {practice} in {suburb}.",
            "Based in {suburb}, {name} is {practitioner} seeing {patients}.", "{name} has practised as {practitioner} since {since} and works in {suburb}."]
FOCUS = ["Common reasons to visit are {a}, {b} and {c}.", "The practice helps with {a}, {b} and {c}.", "{they} {see} {patients} for {a}, {b} and {c}.",
         "Day-to-day work includes {a}, {b} and {c}."]
INTERESTS = ["A particular interest is {sub}.", "{they} also {offer} {sub}.", "Further training covers {sub}."]
MORE = ["Appointments for {d} and {e} can be booked online.", "Follow-up for {d} and {e} is part of the service.", "Advice on {d} and {e} is available too.",
        "Please bring earlier results if you come about {d} or {e}."]
PRACTICAL = ["There is parking on site and step-free access.", "The rooms are close to the taxi rank.", "Saturday morning appointments are available.",
             "Early morning appointments suit people who work.", "Please bring your medical aid card and identity document.",
             "Cash and card payments are accepted.", "Interpreters can be arranged on request.", "Urgent cases are fitted in on the same day where possible.",
             "Repeat prescriptions can be requested by phone.", "The waiting area is child friendly."]
LEAST_WORDS, MOST_WORDS = 30, 80


def biography(random, facts, specialty):
    """`facts` fill the sentences: name, gender, suburb, city, practice, since, languages (names)."""
    focus = random.sample(specialty.focus, min(5, len(specialty.focus)))
    focus += focus[:5 - len(focus)]
    singular = facts["gender"] != "other"
    choose = random.choice
    words = dict(facts, practitioner=specialty.with_article, patients=choose(PATIENTS), they=PRONOUNS[facts["gender"]],
                 see="sees" if singular else "see", offer="offers" if singular else "offer",
                 a=focus[0], b=focus[1], c=focus[2], d=focus[3], e=focus[4], sub=facts["sub"])
    templates = [choose(OPENINGS), choose(FOCUS)]
    if facts["sub"]:
        templates.append(choose(INTERESTS))
    if len(set(focus)) == 5:
        templates.append(choose(MORE))
    if random.random() < 0.6:
        templates.append("Consultations are in {languages}.")
    text = " ".join(templates).format_map(words)
    count = len(text.split())
    wanted = LEAST_WORDS + int(random.random() * 30)
    for sentence in random.sample(PRACTICAL, 5):
        if count >= wanted:
            break
        text, count = text + " " + sentence, count + len(sentence.split())
    return text
